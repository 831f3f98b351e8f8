# Each function has a comment in tapset/, and the manual page is made of them.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out err; fi
}
made() {
	(cd "$1" && LC_ALL=C awk -f "$SRCDIR/doc/functions.awk" runtime/builtins.def tapset/*.stp)
}
made "$SRCDIR" > out 2> err
say $? "every function has its comment"
cmp out "$SRCDIR/doc/watchtap-functions.7" > err 2>&1
say $? "doc/watchtap-functions.7 is what doc/functions.awk makes"

# the names are read as the manual page has them
[ "$(grep -c '^\.B symname:string (address:long)$' out)" = 1 ] && [ "$(grep -c '^\.B ctime:string' out)" = 2 ]
say $? "functions in the manual page"

# what it complains of
mkdir -p tree/runtime tree/tapset
cp "$SRCDIR/runtime/builtins.def" tree/runtime/
cp "$SRCDIR"/tapset/*.stp tree/tapset/
sed -i '/^ \* symname(/,/^ \*\//d' tree/tapset/stack.stp
printf '// Heading\n\nfunction bare:long (a:long)\n{\n\treturn a\n}\n' > tree/tapset/zz.stp
made tree > out 2> err
[ $? = 1 ] && grep -q 'builtin symname/1 has no comment' err && grep -q 'zz\.stp:3: function bare has no comment' err
say $? "a function without a comment"
cp "$SRCDIR"/tapset/stack.stp tree/tapset/
printf '// Heading\n\n/**\n * nothing(a): is not there\n */\n' > tree/tapset/zz.stp
made tree > out 2> err
[ $? = 1 ] && grep -q 'no function of this name and with so many arguments: nothing(a)' err
say $? "a comment without a function"

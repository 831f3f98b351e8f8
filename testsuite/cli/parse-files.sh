# SPDX-License-Identifier: GPL-2.0-or-later
# What cannot be a script in this folder: files that are no scripts, and huge ones.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; fi
}

# refused TAG MAX_LINES SCRIPT: one error with that tag, status 1, no more than so many lines
refused() {
	# not quoted: it may be a program and its arguments
	$WATCHTAP -p 1 "$3" > out 2> err
	[ $? = 1 ] && [ ! -s out ] && [ "$(grep -c ' error: \|^error: ' err)" = 1 ] &&
		grep -qF "$1" err && [ "$(wc -l < err)" -le "$2" ] && [ "$(wc -c < err)" -lt 1000 ]
}

# repeat COUNT TEXT
repeat() {
	yes "$2" | head -n "$1" | tr -d '\n'
}

refused '[cannot-read]' 1 no-such-file
say $? "a file that there is not"
mkdir -p folder && refused '[cannot-read]' 1 folder
say $? "a folder"
: > unreadable && chmod 000 unreadable
plain=$WATCHTAP
# root reads everything, but for the right to
[ -r unreadable ] && WATCHTAP="setpriv --bounding-set=-dac_override,-dac_read_search $plain"
refused '[cannot-read]' 1 unreadable
say $? "an unreadable file"
WATCHTAP=$plain
: > empty && refused '[empty]' 2 empty
say $? "an empty file"
refused '[binary]' 3 /bin/sh
say $? "a program"
head -c 17000000 /dev/zero | tr '\0' ' ' > large && refused '[too-large]' 1 large
say $? "a file of 17 MB"
{ printf 'probe begin { x = '; repeat 10485760 '('; } > parens && refused '[nesting]' 3 parens
say $? "10 MB of parentheses"
{ printf 'probe begin { x = '; repeat 10485760 '!'; } > unary && refused '[nesting]' 3 unary
say $? "10 MB of unary operators"
{ printf 'probe begin { x = 1'; repeat 5242880 '+1'; } > sum && refused '[nesting]' 3 sum
say $? "a sum of 5 million"
{ printf 'probe begin { '; repeat 1000000 'if (a) b else '; } > else && refused '[nesting]' 3 else
say $? "a million else"
{ repeat 100000 '%( 1 == 1 %? '; } > taken && refused '[nesting]' 3 taken
say $? "100000 conditionals within each other"
{ repeat 100000 '%( 1 == 2 %? '; repeat 100000 '%) '; echo 'probe begin { }'; } > skipped &&
	"$WATCHTAP" -p 1 skipped > out && [ "$(head -n 1 out)" = "probe begin {" ]
say $? "100000 conditionals within one that does not hold"
{
	echo '@define m0(a) %( @a @a %)'
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do
		echo "@define m$i(a) %( @m$((i - 1))(@a @a) %)"
	done
	echo 'probe begin { @m24() }'
} > doubling && refused '[expansion]' 4 doubling
say $? "macros that double 24 times"
{ echo '@define m(a) %( @a %)'; printf 'probe begin { x = '; repeat 100000 '@m('; } > uses &&
	"$WATCHTAP" -p 1 uses > out 2> err
[ $? = 1 ] && grep -q '\[define\]' err
say $? "100000 uses of a macro within each other"

# -I: a folder's macros and scripts, those for one kernel first
mkdir -p library/6.1 && echo '@define which %( "all" %) @define plain %( 1 %)' > library/a.stpm
echo '@define which %( "6.1" %)' > library/6.1/b.stpm
echo 'function from_library() { return 5 }' > library/c.stp
"$WATCHTAP" -p 1 -r 6.1.0-1-amd64 -I library -e 'probe begin { x = @which y = @plain }' > out 2> err &&
	grep -q 'x = "6.1";' out && grep -q 'y = 1;' out
say $? "-I, with a folder for the kernel"
"$WATCHTAP" -p 1 -r 6.12.1 -I library -e '@define plain %( 2 %) probe begin { x = @which y = @plain }' > out 2> err &&
	grep -q 'x = "all";' out && grep -q 'y = 2;' out
say $? "-I, and a macro of the script's own"
"$WATCHTAP" -p 2 -I library -e 'probe begin { println(from_library()) }' > out 2> err
say $? "-I, a function"
"$WATCHTAP" -p 2 -I no-such-folder -e 'probe begin { println(1) }' > out 2> err
[ $? = 1 ] && grep -q 'no-such-folder.*\[installation\]' err
say $? "-I, a folder that there is not"
echo 'probe begin { }' > library/d.stpm && "$WATCHTAP" -p 1 -I library -e 'probe begin { x = @which }' > out 2> err
[ $? = 1 ] && grep -q '^library/d.stpm:1:1: error: .*\[define\]$' err
say $? "a .stpm file with a probe"

printf 'probe begin { x = ) }' | "$WATCHTAP" -p 1 - > out 2> err
[ $? = 1 ] && grep -q '^<stdin>:1:19: error: .*\[syntax\]$' err
say $? "an error in stdin"
"$WATCHTAP" -p 1 -e 'probe begin { x = ) }' > out 2> err
[ $? = 1 ] && grep -q '^-e:1:19: error: .*\[syntax\]$' err && [ "$(sed -n 3p err)" = "                      ^" ]
say $? "an error in -e, with its caret"
printf 'probe begin {\n\tx = "\303\274" )\n}\n' > caret && "$WATCHTAP" -p 1 caret > out 2> err
[ "$(sed -n 3p err)" = "                    ^" ]
say $? "a caret behind a tab and a letter of two bytes"
printf 'probe begin { x = \033[31m ) }\n' > escape && "$WATCHTAP" -p 1 escape > out 2> err
! grep -q "$(printf '\033')" err
say $? "no escape sequence of the script reaches the terminal"

# What is printed is a script that prints as the same.
for script in "$(dirname "$0")"/../parse/*.stp; do
	grep -q '^# args:' "$script" && continue
	"$WATCHTAP" -p 1 "$script" > first 2> err || continue
	"$WATCHTAP" -p 1 first > second 2> err && cmp -s first second
	say $? "printed again: $(basename "$script")"
done
rm -rf folder unreadable empty large parens unary sum else taken skipped doubling uses library caret escape first second out err

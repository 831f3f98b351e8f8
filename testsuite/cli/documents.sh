# timeout: 300
# The documents keep up with the code: names that they give exist, examples that they show work.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out err; fi
}
cd "$SRCDIR" || exit 1
work=$OLDPWD

# HACKING.md's path of a hit: `FILE:FUNCTION`, each a function that FILE defines
grep -oE '`[a-z]+/[a-z/_]+\.c:[a-z_]+`' HACKING.md | tr -d '`' > "$work/steps"
[ "$(wc -l < "$work/steps")" = 10 ]
say $? "ten steps"
while IFS=: read -r file function; do
	grep -qE "^[a-z].*\b$function\(" "$file" 2> "$work/err" || echo "$file has no $function"
done < "$work/steps" > "$work/out"
cd "$work" && [ ! -s out ]
say $? "the path of a hit"

# files and folders that HACKING.md and README.md name
grep -ohE '`(translator|runtime|kernel|testsuite|doc|tapset)/[a-z0-9_/.]*`' "$SRCDIR"/HACKING.md | tr -d '`' | sort -u |
	while read -r path; do
		[ -e "$SRCDIR/$path" ] || echo "$path"
	done > out
for document in README.md doc/language.md examples/README.md; do
	grep -oE '\]\([A-Za-z0-9_/.]+\)' "$SRCDIR/$document" | tr -d '()]' | while read -r path; do
		[ -e "$(dirname "$SRCDIR/$document")/$path" ] || echo "$document: $path"
	done
done >> out
[ ! -s out ]
say $? "paths in the documents"

# the chapters that doc/language.md lists are there, under GitHub's names for them
sed -n 's/^## //p' "$SRCDIR/doc/language.md" | tr 'A-Z ' 'a-z-' | tr -d ':,' | sort > there
grep -oE '\]\(#[a-z-]+\)' "$SRCDIR/doc/language.md" | tr -d '()]#' | sort -u > named
comm -3 there named > out
[ ! -s out ] && [ -s named ]
say $? "chapters of doc/language.md"

# what $reason may say, in backquotes in the second column; N and NAME stand for anything
sed -n "/^### What .*reason/,/^WHO/p" "$SRCDIR/doc/language.md" | sed -n 's/^|[^|]*|//p' |
	grep -oE '`[^`]+`' | tr -d '`' | grep -v '^\$' | sed 's/: WHO$//' | while read -r reason; do
	# the longest piece that is the same each time
	piece=$(echo "$reason" | sed -E 's/"?\b(NAME|N)\b"?|\b[0-9]\b|0x\.\.\.|\b(is|are)\b/\n/g' | awk '{ gsub(/^[ :]+|[ :()]+$/, "") } length > length(best) { best = $0 } END { print best }')
	grep -rqF --include="*.c" -- "$piece" "$SRCDIR"/runtime "$SRCDIR"/kernel "$SRCDIR"/translator/run || echo "$reason ($piece)"
done > out
[ ! -s out ]
say $? "reasons in doc/language.md"

# each option of the usage text is in the manual page, and each limit
"$WATCHTAP" -h > usage
"$WATCHTAP" watch -h >> usage
"$WATCHTAP" run -h >> usage
sed -nE 's/^  (-[a-zA-Z]|--[a-z]+).*/\1/p' usage | sort -u | while read -r option; do
	sed 's/\\//g' "$SRCDIR/doc/watchtap.1" | grep -qE -- "^\.(BI|BR|B|TP) $option|^\.[A-Z]+ $option" || echo "$option"
done > out
sed -nE 's/^#define ([A-Z_]+) [0-9(].*/\1/p' "$SRCDIR/runtime/limits.h" | while read -r limit; do
	grep -q "$limit" "$SRCDIR/doc/watchtap.1" || echo "$limit"
done >> out
[ ! -s out ]
say $? "options and limits in the manual page"

# the examples of the manual page and of README.md, as a reader would type them
example() {
	sed -n "/^\.EX/,/^\.EE/p" "$SRCDIR/doc/watchtap.1" | sed '/^\.E/d; s/\\-/-/g; s/\\e/\\/g'
}
example > examples
grep -q -- '--vm -c' examples
say $? "the manual page has examples"
# the first is for this machine's kernel: it is compiled; the others likewise
sed -e '/--vm/d' -e "s|^watchtap |\"\$WATCHTAP\" -r \"$RELEASE\" -p 3 |" \
	-e 's|-p 3 watch \(.*\)|-p 3 watch \1|' examples |
	sed 's|"$WATCHTAP" -r "\([^"]*\)" -p 3 watch|"$WATCHTAP" watch -r "\1" -p 3|' > commands
sh -e commands > out 2> err && [ "$(grep -c 'wt_script = ' out)" = 2 ]
say $? "the manual page's scripts compile"
sed -n '/--vm/s|^watchtap |"$WATCHTAP" |p' examples > commands
sh -e commands > out 2> err && grep -qE '^sh\([0-9]+\) 0 -> 77$' out
say $? "the manual page's example in a VM"
sed -n '/^    \.\/watchtap --vm/,/^$/p' "$SRCDIR/README.md" | sed 's|^    ||; s|^\./watchtap|"$WATCHTAP"|' > commands
sh -e commands > out 2> err && grep -qE '^sh\([0-9]+\) 0 -> 77$' out && grep -qE 'do_proc_(dointvec|int)_conv' out
say $? "README.md's example"
sed -n '/^    probe/s/^    //p' "$SRCDIR/README.md" > readme.stp
"$WATCHTAP" -r "$RELEASE" -p 3 readme.stp > out 2> err && grep -q 'wt_script = ' out
say $? "README.md's script compiles"

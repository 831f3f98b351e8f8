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
for script in "$(dirname "$0")"/*.stp; do
	grep -q '^# args:' "$script" && continue
	"$WATCHTAP" -p 1 "$script" > first 2> err || continue
	"$WATCHTAP" -p 1 first > second 2> err && cmp -s first second
	say $? "printed again: $(basename "$script")"
done
rm -rf folder unreadable empty large parens unary sum else caret escape first second out err

# SPDX-License-Identifier: GPL-2.0-or-later
# The options that answer by themselves, and those that are wrong.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; fi
}

"$WATCHTAP" -V > out 2> err && grep -q '^watchtap' out && [ ! -s err ]
say $? "-V"
"$WATCHTAP" -h > out 2> err && grep -q -- '-e' out && [ ! -s err ]
say $? "-h"
"$WATCHTAP" > out 2> err
[ $? = 1 ] && [ ! -s out ] && [ -s err ]
say $? "no script at all"
"$WATCHTAP" --nonsense > out 2> err
[ $? = 1 ] && [ -s err ]
say $? "an option that there is not"
echo 'probe begin { exit() }' | "$WATCHTAP" -p 1 - > out 2> err && [ -s out ] && [ ! -s err ]
say $? "- reads stdin"
"$WATCHTAP" -p 1 -e 'probe begin { exit() }' > /dev/full 2> err
[ $? = 1 ] && grep -q '\[output\]' err
say $? "full output"

# SPDX-License-Identifier: GPL-2.0-or-later
# Where re2c is not installed it is named; without a pattern nobody misses it.
mkdir empty
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; fi
}
PATH=$PWD/empty "$WATCHTAP" -p 3 -e 'probe begin { if ("a" =~ "b") exit() }' >/dev/null 2>err
grep -q 're2c.*\[no-re2c\]' err
say $? "re2c is missing"
PATH=$PWD/empty "$WATCHTAP" -p 3 -e 'probe begin { exit() }' >/dev/null
say $? "no pattern, no re2c"

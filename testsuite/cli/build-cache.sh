# SPDX-License-Identifier: GPL-2.0-or-later
# The cache: what is built once, what a broken-off or a second build leaves.
WATCHTAP_CACHE=$PWD/cache
export WATCHTAP_CACHE

say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; fi
}
build() {
	"$WATCHTAP" -p 4 -r "$RELEASE" -e "$1"
}
# what a build has not removed, of its own or of the compiler's
TMPDIR=$PWD/tmp
export TMPDIR
mkdir tmp

# broken off in the middle of a kernel's first build
"$WATCHTAP" -p 4 -r "$RELEASE" -e 'probe begin { exit() }' > out 2> err &
pid=$!
sleep 1
kill -TERM $pid 2> /dev/null
wait $pid
[ $? = 143 ] && [ -z "$(find cache -mindepth 1 ! -name '*.lock')" ]
say $? "SIGTERM ends a build and nothing is left"

"$WATCHTAP" -p 4 -r "$RELEASE" -e 'probe begin { exit() }' > out 2> err &
pid=$!
sleep 1
kill -KILL $pid
wait $pid 2> /dev/null
sleep 0.5

# several at once, after one that was killed
for i in 1 2 3; do
	build 'probe begin { exit() }' > out.$i 2> err.$i &
done
wait
[ -f "$(cat out.1)" ] && cmp -s out.1 out.2 && cmp -s out.1 out.3
say $? "three builds at once, after a killed one"

before=$(stat -c %Y.%i "$(cat out.1)")
[ "$(build 'probe begin { exit() }')" = "$(cat out.1)" ] && [ "$(stat -c %Y.%i "$(cat out.1)")" = "$before" ]
say $? "the same script again is not built again"

build 'probe begin { printf("%d\n", 1) exit() }' > out 2> err
[ -f "$(cat out)" ] && [ "$(find cache -name watchtap_slots.ko | wc -l)" = 1 ]
say $? "the next script uses the same runtime"

"$WATCHTAP" -p 4 -D MAXERRORS=3 -D MAXMAPENTRIES=9 -r "$RELEASE" -e 'probe begin { exit() }' > limited 2> err
[ -f "$(cat limited)" ] && [ "$(find cache -name watchtap_slots.ko | wc -l)" = 1 ] && ! cmp -s limited out.1
say $? "and so does one with other limits"

"$WATCHTAP" -p 4 -r "$RELEASE" -m some_name -e 'probe begin { exit() }' > out 2> err
[ "$(/sbin/modinfo -F name ./some_name.ko)" = some_name ] && [ ! -s err ]
say $? "-m names the module and leaves it here"
[ "$(/sbin/modinfo -F vermagic ./some_name.ko | cut -d ' ' -f 1)" = "$RELEASE" ]
say $? "the module is for the kernel that was asked for"

"$WATCHTAP" -p 4 -k -r "$RELEASE" -e 'probe begin { exit() }' > out 2> err
kept=$(sed -n 's/^watchtap: kept //p' err)
[ -n "$kept" ] && [ -f "$kept/script.c" ]
say $? "-k keeps the folder and says where"

# the killed one's folder is removed by a build once it is old enough
find cache -name 'tmp.*' -exec touch -d '1 hour ago' {} +
build 'probe begin { printf("%d\n", 2) exit() }' > out 2> err
[ -z "$(find cache tmp -mindepth 1 -name 'tmp.*')" ] && [ -z "$(ls tmp)" ]
say $? "no temporary folder is left"

# timeout: 300
# --vm: the same command line in a virtual machine, from anywhere, as anybody.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out err; fi
}
script='probe kernel.data("panic_timeout").length(4).write { printf("%s %d->%d\n", execname(), $old, $value) }'

"$WATCHTAP" --vm="$RELEASE" -c 'echo 77 > /proc/sys/kernel/panic' -e "$script" > out 2> err
[ $? = 0 ] && [ "$(cat out)" = "sh 0->77" ] && [ ! -s err ]
say $? "the main job in a VM"

"$WATCHTAP" watch panic_timeout --length 4 --once --stack --vm="$RELEASE" -o file \
	-c 'echo 5 > /proc/sys/kernel/panic; echo 6 > /proc/sys/kernel/panic; sleep 30' > out 2> err
[ $? = 0 ] && [ ! -s out ] && grep -qE '^sh\([0-9]+\) 0 -> 5$' file && [ "$(grep -c -- '->' file)" = 1 ] && grep -q vfs_write file
say $? "a one-shot, once, its output on the host"

"$WATCHTAP" --vm="$RELEASE" -e 'probe begin { error("no") }' > out 2> err
[ $? = 1 ] && grep -q 'ERROR: .*no' err
say $? "the exit status comes through"

"$WATCHTAP" --vm=9.9.9 -e "$script" > out 2> err
[ $? = 1 ] && grep -q '9\.9\.9.*\[vm\]' err
say $? "no such kernel"

"$WATCHTAP" --vm="$RELEASE" -p 4 -m vmtest -e "$script" > out 2> err
echo 'echo 1 > /proc/sys/kernel/modules_disabled
"$WATCHTAP" run --slots /dev/null vmtest.ko' > guest
"$WATCHTAP" vm --kernel="$RELEASE" -- sh guest > out 2> err
[ $? = 1 ] && grep -q '\[no-modules\]' err
say $? "modules may not be loaded"

! pgrep -f "qemu-system.*$(pwd)" > out
say $? "no VM is left"

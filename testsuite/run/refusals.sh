# What the kernel or pass 5 refuses: a tagged message, exit status 1, nothing left.
check() {
	name=$1 pattern=$2
	shift 2
	"$@" > out 2> err
	status=$?
	if [ $status = 1 ] && [ ! -s out ] && grep -qE "$pattern" err; then
		echo "PASS: $name"
	else
		echo "FAIL: $name: status $status"
		cat out err
	fi
}
changed() {
	sed "$1" "$SCRIPTS/panic.ko" > changed.ko
}

check "no module at all" '\[module\]' "$WATCHTAP" run /bin/true
changed 's/watchtap=[0-9]/watchtap=7/'
check "another version of the wire" '\[version\]' "$WATCHTAP" run changed.ko
# with MODVERSIONS the release itself does not matter, the rest of the magic does
changed "s/SMP preempt mod_unload/SMP preempt_mod_unload/"
check "another kernel's module" '\[kernel-mismatch\]' "$WATCHTAP" run changed.ko
check "no arbiter" '\[load\]' "$WATCHTAP" run --slots /nonexistent "$SCRIPTS/panic.ko"
check "no right to load modules" '\[no-root\]' setpriv --bounding-set=-sys_module "$WATCHTAP" run --slots "$SLOTS" "$SCRIPTS/panic.ko"

echo 2 > /proc/sys/kernel/kptr_restrict
check "hidden symbols" '\[no-symbols\]' "$WATCHTAP" run "$SCRIPTS/panic.ko"
echo 0 > /proc/sys/kernel/kptr_restrict

mount --bind /dev/null /bin/sh
"$WATCHTAP" run "$SCRIPTS/panic.ko" -c true > out 2> err
status=$?
umount /bin/sh
# a command that fails is none of the script's business
if [ $status = 0 ] && [ "$(cat out)" = end ] && grep -q '\[command\]' err; then
	echo "PASS: no shell for the command"
else
	echo "FAIL: no shell for the command: status $status"
	cat out err
fi
grep -qE '^(wt_|watchtap)' /proc/modules && echo "FAIL: nothing is left" || echo "PASS: nothing is left"

# timeout: 400
# Symbols are bound when the module is loaded: unknown, ambiguous, misaligned, forbidden ones.
check() {
	name=$1
	shift
	"$WATCHTAP" run "$SCRIPTS/$name.ko" > out 2> err
	status=$?
	for pattern; do
		grep -qE "$pattern" err || status="$status, no $pattern"
	done
	if [ "$status" = 1 ] && [ ! -s out ]; then echo "PASS: $name"; else echo "FAIL: $name: status $status"; cat out err; fi
}
insmod "$MODULES/wt_writer.ko" || exit 1
check unknown-symbol 'unknown-symbol\.stp:1:[0-9]+: error: .*panic_timeou.*\[unknown-symbol\]' "panic_timeout"
check misaligned-symbol '\[misaligned\]' '2 at 0x[0-9a-f]+[26]'
check forbidden '\[start\]' 'cannot watch 0x'
check ambiguous-symbol '\[ambiguous-symbol\]'
check per-cpu-symbol '\[per-cpu-symbol\]'
rmmod wt_writer
grep -qE '^(wt_|watchtap)' /proc/modules && echo "FAIL: nothing is left" || echo "PASS: nothing is left"

# What both CPUs add to aggregates and arrays at once is all there in the end, though a timer asks all the time.
# timeout: 300
p=/sys/module/wt_writer/parameters
writes=20000
insmod "$MODULES/wt_writer.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/aggregate-add.ko" -c "echo $writes > $p/go" > out 2> err
all=$((2 * writes))
printf '%s\n' "$all $all $all $all $all" "$writes $writes" "writer/0 0 $writes" "writer/1 1 $writes" \
	"0 $writes" "1 $writes" > wanted
if [ "$(cat $p/written)" = $all ] && cmp -s out wanted && [ ! -s err ]; then
	echo "PASS: aggregates: $all hits, nothing lost"
else
	echo "FAIL: aggregates: $all hits, nothing lost"
	cat out err
fi
writes=3000
"$WATCHTAP" run "$SCRIPTS/array-locked.ko" -c "echo $writes > $p/go" > out 2> err
if [ "$(cat out)" = "$((2 * writes)) $((2 * writes))" ] && [ ! -s err ]; then
	echo "PASS: arrays under the lock: nothing lost"
else
	echo "FAIL: arrays under the lock: nothing lost"
	cat out err
fi
rmmod wt_writer

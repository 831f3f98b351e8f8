# What the arbiter decides is what the pure policy says of the same requests: its record of a random run is replayed.
# testsuite/vm/replay has other seeds and longer runs.
replay=$(dirname "$WATCHTAP")/testsuite/unit/replay/replay
limit=/sys/module/watchtap_slots/parameters/limit
say() {
	if [ "$1" = 0 ]; then
		echo "PASS: $2"
	else
		echo "FAIL: $2"
		tail -n 20 -- *.out *.err
	fi
}

# with a list of forbidden addresses perf need not be asked about each
insmod "$SLOTS" forbidden=1000-1001 record="${RECORD:-8192}" && insmod "$MODULES/wt_words.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/replay.ko" > eight.out 2> eight.err &
eight=$!
# two of its watches must be had at the start
tries=0
until grep -q ' armed ' /proc/watchtap/slots || [ $tries = 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
if [ $tries = 100 ]; then
	say 1 "the watches are armed"
	kill -INT $eight
	wait $eight
	rmmod wt_words watchtap_slots
	exit
fi
"$WATCHTAP" run "$SCRIPTS/replay-rival.ko" > rival.out 2> rival.err &
rival=$!
# registers come and go meanwhile
turn=0
while kill -0 $eight 2> /dev/null; do
	sleep 0.3
	turn=$((turn + 1))
	echo $((4 - turn % 3)) > $limit
done
wait $eight
status=$?
kill -INT $rival
wait $rival
echo 4 > $limit
[ $status = 0 ] && grep -q '^seed' eight.out
say $? "the run: $(grep '^seed' eight.out), $(tail -n 1 eight.out)"
# the arbiter knows a client by its name and its process
grep -q "stolen by \"[a-z_]*_$rival\"" eight.out && grep -q "stolen by \"[a-z_]*_$eight\"" rival.out
say $? "the two clients steal from each other"

cat /proc/watchtap/record > record
"$replay" record > replay.out
say $? "the record is what the policy says: $(grep -E '^(not )?ok' replay.out)"
grep '^#' replay.out

# one number of a snapshot in the middle is another
middle=$(($(wc -l < record) / 2))
awk -v middle="$middle" 'NR >= middle && !done { done = sub(/,h,0@/, ",h,1@") } 1' record > changed
"$replay" changed > changed.out
[ $? = 1 ] && grep -q '^not ok - line' changed.out
say $? "a changed record is not"
rmmod wt_words watchtap_slots

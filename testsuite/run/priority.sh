# --priority is that of watches which do not say theirs.
. "$SRCDIR/testsuite/run/lib/wait.sh"
insmod "$MODULES/wt_writer.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/three.ko" > three.out 2> three.err &
three=$!
wait_lines ' armed ' 3 /proc/watchtap/slots
"$WATCHTAP" run --priority -3 "$SCRIPTS/told.ko" > told.out 2> told.err &
told=$!
wait_lines '^enabled' 1 told.out
"$WATCHTAP" run --priority=-2 "$SCRIPTS/panic.ko" -c true > out 2> err
[ $? = 0 ] && [ "$(cat out)" = end ]
say $? "the same word is shared" out err
"$WATCHTAP" run --priority=-4 "$SCRIPTS/count.ko" > out 2> err
[ $? = 1 ] && grep -q 'no free register' err
say $? "a weaker script takes nothing" out err
"$WATCHTAP" run --priority=-2 "$SCRIPTS/count.ko" -c 'echo 1 > /sys/module/wt_writer/parameters/hot' > out 2> err
say $? "a stronger one takes from the weakest" out err
wait_lines '^enabled' 2 told.out
kill -INT $told $three
wait $told $three
grep -q '^enabled, -3' told.out && grep -q '^disabled: stolen by .* (priority -2)$' told.out && [ ! -s three.err ]
say $? "who is told so, with both priorities" told.out told.err three.err
"$WATCHTAP" run --priority=high "$SCRIPTS/count.ko" 2> err
[ $? = 1 ] && grep -q -- "--priority takes a whole number of 32 bits, not 'high' \[usage\]" err
say $? "a priority is a number" err
rmmod wt_writer

# A strong script takes all registers from a weak one: that is told by whom, goes on, and has them back when the strong one ends.
. "$SRCDIR/testsuite/run/lib/wait.sh"
"$WATCHTAP" run "$SCRIPTS/four.ko" > four.out 2> four.err &
four=$!
wait_lines 'ticks' 1 four.out
echo 1 > /proc/sys/kernel/panic
wait_lines '^hit' 1 four.out
"$WATCHTAP" run "$SCRIPTS/strong.ko" -c 'echo 2 > /proc/sys/kernel/panic; sleep 0.5; echo 3 > /proc/sys/kernel/panic' > strong.out 2> strong.err
[ "$(cat strong.out)" = "begin
end" ] && [ ! -s strong.err ]
say $? "the strong script" strong.out strong.err
wait_lines 'enabled$' 8 four.out
wait_lines 'ticks' 3 four.out
echo 4 > /proc/sys/kernel/panic
wait_lines '^hit' 2 four.out

"$WATCHTAP" run "$SCRIPTS/strong.ko" > strong.out 2> strong.err &
strong=$!
wait_lines 'disabled' 8 four.out
wait_lines 'ticks' 4 four.out
echo 5 > /proc/sys/kernel/panic
kill -KILL $strong
wait $strong 2> /dev/null
wait_lines 'enabled$' 12 four.out
wait_lines 'ticks' 5 four.out
echo 6 > /proc/sys/kernel/panic
wait_lines '^hit' 3 four.out
kill -INT $four
wait $four
status=$?
# the four are told in any order
told() {
	for which in 1 2 3 4; do
		echo "$which $1"
	done
}
{
	told enabled; echo ticks; echo hit 1
	told 'disabled: stolen by "SCRIPT" (priority 10)'; echo ticks
	told enabled; echo ticks; echo hit 4
	told 'disabled: stolen by "SCRIPT" (priority 10)'; echo ticks
	told enabled; echo ticks; echo hit 6
	told 'disabled: script ends'; echo end
} > want
awk '
	function flush(    i) { for (i = 1; i <= 4; i++) if (i in told) { printf "%s", told[i]; delete told[i] } }
	{ gsub(/wt_test_[0-9]+/, "SCRIPT") }
	/^[1-4] / { if (kind != $2) flush(); kind = $2; told[$1] = told[$1] $0 "\n"; next }
	{ flush(); print }
	END { flush() }
' four.out > got
[ $status = 0 ] && [ ! -s four.err ] && cmp -s want got
say $? "the weak script is told each loss and each return once, and has its hits between" four.out four.err
# of the killed one
"$WATCHTAP" run "$SCRIPTS/strong.ko" -c true > strong.out 2> strong.err
say $? "nothing is left of the one that was killed" strong.err
echo 0 > /proc/sys/kernel/panic

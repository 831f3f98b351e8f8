# .change: $old is what the hit before has left, on two CPUs, and after a time disabled what memory held then.
. "$SRCDIR/testsuite/run/lib/wait.sh"
p=/sys/module/wt_writer/parameters
insmod "$MODULES/wt_writer.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/change-each.ko" -c "echo 2000 > $p/go" > out 2> err
# each value is somebody's old one, but for the first and the last
awk '
	$1 == $2 { same++ }
	{ n++; balance[$1]--; balance[$2]++ }
	END {
		for (value in balance)
			if (balance[value])
				odd++
		printf "%d lines, %d ends, %d unchanged\n", n, odd, same
		exit !(n > 1000 && n <= 4000 && odd <= 2 && !same)
	}
' out > chain && [ ! -s err ]
say $? "each \$old is the \$value of another hit, on two CPUs" chain err
"$WATCHTAP" run "$SCRIPTS/change-widest.ko" -c "echo 1 > $p/pair; echo 1 > $p/pair" > out 2> err
[ "$(cat out)" = 4 ] && [ ! -s err ]
say $? "32 bytes: what is written as it was is no change" out err
rmmod wt_writer
insmod "$MODULES/wt_writer.ko"
steps="echo 1 > $p/pair; echo 1 > /proc/sys/kernel/panic; echo 1 > $p/pair; echo 2 > /proc/sys/kernel/panic
	echo 2 > $p/pair; echo 3 > /proc/sys/kernel/panic; sleep 0.2; echo 3 > $p/pair; echo 4 > /proc/sys/kernel/panic; sleep 0.2
	echo 3 > $p/pair; echo 5 > /proc/sys/kernel/panic; echo 4 > $p/pair; echo 6 > /proc/sys/kernel/panic"
"$WATCHTAP" run "$SCRIPTS/change-wide.ko" -c "$steps" > out 2> err
[ "$(tr '\n' ' ' < out)" = "enabled 1: 3 2: 3 3: 6 disabled 4: 6 enabled 5: 6 6: 9 disabled " ] && [ ! -s err ]
say $? "24 bytes: changes while it is disabled are none" out err
rmmod wt_writer
echo 0 > /proc/sys/kernel/panic

# A real gdb with 1 to 4 hardware watchpoints beside claims: both see all that they watch, and each lacks
# only what the other took first.  One gdb throughout, as it takes seconds to start.
# timeout: 400
if ! command -v gdb > gdb.out; then
	echo "UNSUPPORTED: gdb is not installed"
	exit
fi
rm -f ./*.noted

# for gdb's shell and this one
cat > knobs << 'END'
. "$SRCDIR/testsuite/run/lib/wait.sh"
knobs=/sys/module/wt_claims/parameters
limit=/sys/module/watchtap_slots/parameters/limit
# the first N claims are enabled, the others disabled
on() {
	for claim in 0 1 2 3; do
		if [ $claim -lt "$1" ]; then
			echo $claim > $knobs/enable
		else
			echo $claim > $knobs/disable
		fi
	done
}
# how the claims stand, what they have counted, and what was written
note() {
	cat $knobs/states $knobs/hits $knobs/written > "$1.noted"
}
END
. ./knobs
say() {
	if [ "$1" = 0 ]; then
		echo "PASS: $2"
	else
		echo "FAIL: $2"
		cat gdb.out gdb.err
		head -n 50 -- *.noted
	fi
}

cat > base.gdb << 'END'
set pagination off
set confirm off
set width 0
# else a refused register leaves the program at an instruction that was moved
set displaced-stepping off
END
run='tbreak ready
run'
# shellcheck disable=SC2016 # for gdb
to_the_end='set $_exitcode = $_void
while $_isvoid($_exitcode)
continue
end
delete'

# what stands before a case's commands in gdb's output; gdb goes on with the next file if one fails
for k in 1 2 3 4; do
	cat > beside$k.gdb << END
echo @beside$k\n
shell . ./knobs; on $((4 - k)); until_states $(printf 'armed armed armed armed off off off off' | cut -d ' ' -f $((k + 1))-$((k + 4))); note before$k
$run
$(for i in $(seq 0 $((k - 1))); do echo "watch word[$i]"; done)
$to_the_end
shell . ./knobs; note beside$k
END
done
cat > refused.gdb << END
echo @refused\n
shell . ./knobs; on 3; until_states armed armed armed off; note before5
$run
watch word[0]
watch word[1]
continue
END
cat > after.gdb << END
echo @after\n
delete \$bpnum
$to_the_end
shell . ./knobs; note after; dmesg > refused.log; "\$WATCHTAP" slots --json > refused.json
END
cat > first.gdb << END
echo @first\n
shell . ./knobs; on 0; until_states off off off off
$run
watch word[0]
watch word[1]
watch word[2]
watch word[3]
continue
shell . ./knobs; on 4; sleep 0.3; note first
shell "\$WATCHTAP" run "\$SCRIPTS/panic.ko" -c true > script.out 2> script.err
continue
delete
stepi
shell . ./knobs; sleep 0.3; note deleted
kill
shell . ./knobs; until_states armed armed armed armed; note killed
END
cat > limit.gdb << END
echo @limit\n
shell . ./knobs; echo 2 > \$limit; until_states armed armed waiting waiting; note before6
$run
watch word[1]
watch word[3]
$to_the_end
shell . ./knobs; note limit; echo 4 > \$limit; until_states armed armed armed armed; note unlimited
END

insmod "$SLOTS" && insmod "$MODULES/wt_claims.ko" claims=4 || exit 1
gdb -nx -batch -x base.gdb -x beside1.gdb -x beside2.gdb -x beside3.gdb -x beside4.gdb \
	-x refused.gdb -x after.gdb -x first.gdb -x limit.gdb "$PROGRAMS/debuggee" > gdb.out 2> gdb.err

# stops CASE WORD...: in each of three rounds gdb stopped at every write to these, with old and new value
stops() {
	awk -v which="@$1" '/^@/ { on = $0 == which } !on { next }
		/^Hardware watchpoint/ { word = $4 } /^Old value/ { old = $4 }
		/^New value/ { print word, old, $4 }' gdb.out > got
	shift
	for round in 1 2 3; do
		for i in "$@"; do
			old=$((10 * round - 10 + i))
			[ $round != 1 ] || old=0
			echo "word[$i] $old $((10 * round + i))"
		done
	done | diff - got >> gdb.err
}
# counted BEFORE AFTER N: the words were written 12 times; the first N claims have as many hits, the others none
counted() {
	paste -d ' ' "$1.noted" "$2.noted" | awk -v n="$3" '
		NR == 2 { for (i = 1; i <= 4; i++) wrong += $(i + 4) - $i != (i <= n ? 12 : 0) }
		NR == 3 { wrong += $2 - $1 != 12 }
		END { exit NR != 3 || wrong }'
}
# stand NOTED STATE...: so the claims stood
stand() {
	noted=$1
	shift
	[ "$(head -n 1 "$noted.noted")" = "$*" ]
}

for k in 1 2 3 4; do
	stops beside$k $(seq 0 $((k - 1)))
	say $? "$k of gdb's: it stops at each write, with old and new value"
	counted before$k beside$k $((4 - k)) && [ "$(head -qn 1 before$k.noted beside$k.noted | uniq | wc -l)" = 1 ]
	say $? "$k of gdb's: of 4 claims the $((4 - k)) beside them count each write"
done

grep -q "Couldn't write debug register: No space left on device" gdb.err
say $? "gdb is refused the fifth register"
stops after 0
say $? "goes on with the one it has"
counted before5 after 3 && stand after armed armed armed off
say $? "and the 3 claims beside it have lost nothing"
grep -q 'watchtap_slots: gdb ([0-9]*) found no free debug register' refused.log &&
	grep -q '"refused":{"count":[1-9][0-9]*,"command":"gdb"' refused.json
say $? "the log and /proc/watchtap/slots.json name it"

stand first waiting waiting waiting waiting && grep -q 'no free register: 4 outside watchtap.*\[start\]$' script.err
say $? "when gdb comes first the claims wait, and a script is told that 4 are outside watchtap"
[ "$(sed -n '/^@first/,/^@/p' gdb.out | grep -c '^New value')" = 2 ]
say $? "gdb does not lose any to who waits"
stand deleted waiting waiting waiting waiting
say $? "watchpoints that gdb has deleted are its process's until it ends"
stand killed armed armed armed armed
say $? "then all 4 claims are armed"

stops limit 1 3 && stand limit armed armed waiting waiting
say $? "the administrator's limit keeps 2 registers for gdb"
counted before6 limit 2
say $? "and leaves 2 to claims"
stand unlimited armed armed armed armed
say $? "who get theirs back without it"
rmmod wt_claims watchtap_slots

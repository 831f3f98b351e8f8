# A real `perf stat -e mem:` beside claims: both count every write, and each lacks only what the other took first.
# timeout: 200
. "$SRCDIR/testsuite/run/lib/wait.sh"
# with what else is to be seen
say() {
	if [ "$1" = 0 ]; then
		echo "PASS: $2"
	else
		echo "FAIL: $2"
		head -n 50 -- out err json *.noted
		dmesg | grep -E 'wt_claims|watchtap_slots'
	fi
}
# Debian's perf looks for the one of the running kernel
if ! perf stat -e dummy -- true > out 2>&1; then
	echo "UNSUPPORTED: perf is not installed, or not for this kernel"
	exit
fi
knobs=/sys/module/wt_claims/parameters
rm -f ./*.noted
note() {
	cat $knobs/states $knobs/hits $knobs/written > "$1.noted"
}
# the address of a word of wt_claims
word() {
	perl -e 'printf "0x%x", hex($ARGV[0]) + 8 * $ARGV[1]' "$words" "$1"
}
# stat EVENTS OPTIONS: perf counts writes to so many words, from the last down, while each is written 60 times
stat() {
	events=
	for i in $(seq 1 "$1"); do
		events="$events -e mem:$(word $((9 - i)))/8:w"
	done
	shift
	note before
	# shellcheck disable=SC2086 # several words
	perf stat -x , -o out $events "$@" -- sh writer 2> err
	status=$?
	note after
	return $status
}
# counts N: perf's file has that many counts of 60
counts() {
	[ "$(grep -c '^60,' out)" = "$1" ] && [ "$(grep -c '^[0-9<]' out)" = "$1" ]
}
# hits EACH...: what the claims have counted between before and after
hits() {
	[ "$(paste -d ' ' before.noted after.noted | awk 'NR == 2 {
		for (i = 1; i <= NF / 2; i++) print $(i + NF / 2) - $i }' | xargs)" = "$*" ]
}
cat > writer << 'END'
for i in 1 2 3; do
	echo 20 > /sys/module/wt_claims/parameters/write
done
"$WATCHTAP" slots --json > json
END

insmod "$SLOTS" && insmod "$MODULES/wt_claims.ko" claims=3 || exit 1
words=0x$(awk '$3 == "wt_claims_words" { print $1 }' /proc/kallsyms)
stat 1 && counts 1
say $? "one of a task, beside 3 claims"
hits 60 60 60
say $? "the claims count each write"
stat 1 -a && counts 1 && hits 60 60 60
say $? "one on all CPUs, beside 3 claims"
# on CPU 0 and on CPU 1, and nothing of our own among it
perl -MJSON::PP -e '
	my $all = decode_json(<STDIN>);
	my @outside = sort map { "$_->{cpu} $_->{address} $_->{length} $_->{access}" } @{$all->{hardware}};
	my $want = "$ARGV[0] 8 write";
	die "@outside\n" if "@outside" ne "0 $want 1 $want";
' "$(word 8)" < json 2> err
say $? "its registers are in /proc/watchtap/slots.json"
rmmod wt_claims

insmod "$MODULES/wt_claims.ko" claims=2
stat 2 && counts 2 && hits 60 60
say $? "two of a task, beside 2 claims"
stat 2 -a && counts 2 && hits 60 60
say $? "two on all CPUs, beside 2 claims"
rmmod wt_claims

insmod "$MODULES/wt_claims.ko" claims=4
dmesg -C
stat 1
[ $? != 0 ] && grep -q 'No space left on device' err && dmesg | grep -q 'watchtap_slots: perf ([0-9]*) found no free debug register'
say $? "a fifth is refused, and the log names who was"
sh writer
perl -MJSON::PP -e '
	my $refused = decode_json(<STDIN>)->{refused};
	die "$refused->{count} $refused->{command}\n" if $refused->{count} < 1 || $refused->{command} ne "perf";
' < json 2> err
say $? "and /proc/watchtap/slots.json"
note after
hits 60 60 60 60 && until_states armed armed armed armed
say $? "the claims have lost nothing"
rmmod wt_claims

# one that may be enabled from a handler has a register in reserve: perf gets that at its next try
insmod "$MODULES/wt_claims.ko" claims=4 dynamic=1
dmesg -C
stat 1 -a
[ $? != 0 ] && dmesg | grep -q 'perf ([0-9]*) found no free debug register; one that was parked is free now'
say $? "what is only parked is let go for who was refused"
sleep 3
stat 1 -a && counts 1 && hits 60 60 60 0
say $? "who finds it at the next try, be that seconds later"
echo 3 > $knobs/enable
until_states armed armed armed armed
say $? "the claim gets it afterwards"
rmmod wt_claims

insmod "$MODULES/wt_claims.ko" claims=3 dynamic=1
# a newer perf goes on with the event that it has got, and asks for no more then
if stat 2 -a; then
	echo "UNSUPPORTED: who needs two and finds one is refused"
else
	echo "PASS: who needs two and finds one is refused"
	stat 2 -a && counts 2 && hits 60 60 0
	say $? "and finds both at the next try"
fi
rmmod wt_claims

cat > writer << 'END'
insmod "$MODULES/wt_claims.ko" claims=2
cat /sys/module/wt_claims/parameters/states > states
"$WATCHTAP" run "$SCRIPTS/count.ko" -c true > script.out 2> script.err
true
END
# the module with its words comes later: perf watches others
panic=0x$(awk '$3 == "panic_timeout" { print $1 }' /proc/kallsyms)
insmod "$MODULES/wt_writer.ko"
perf stat -a -x , -o out -e "mem:$panic/4:w" -e "mem:$panic/2:w" -e "mem:$panic/1:w" -- sh writer 2> err &&
	[ "$(cat states)" = "armed waiting" ]
say $? "where perf has come first, claims have what it left"
grep -q 'no free register: 1 held by "wt_claims", 3 outside watchtap.*\[start\]$' script.err
say $? "a script is told how many are outside watchtap"
until_states armed armed
say $? "when perf has gone the other claim is armed"
tries=0
until grep -q 'taken 2, limit 4, outside 0;' /proc/watchtap/slots || [ $tries = 20 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
[ $tries != 20 ]
say $? "and none is said to be outside any more"
note before
echo 5 > $knobs/write
note after
hits 5 5
say $? "and both count each write"
rmmod wt_claims wt_writer watchtap_slots

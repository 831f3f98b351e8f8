# perf, ptrace and the administrator take registers that claims would have: what is promised to each.
# (gdb.sh and perf.sh have a real gdb and a real perf, kernel/outside_test the times.)
# timeout: 150
. "$SRCDIR/testsuite/run/lib/wait.sh"
# with what else is to be seen
say() {
	if [ "$1" = 0 ]; then
		echo "PASS: $2"
	else
		echo "FAIL: $2"
		head -n 60 -- out err
		dmesg | grep -E 'wt_claims|watchtap_slots'
	fi
}
knobs=/sys/module/wt_claims/parameters
limit=/sys/module/watchtap_slots/parameters/limit
# hits EACH...: what the claims count of so many writes
hits() {
	cat $knobs/hits > before
	echo 7 > $knobs/write
	[ "$(cat before $knobs/hits | paste -d ' ' - - | awk '{
		for (i = 1; i <= NF / 2; i++) print $(i + NF / 2) - $i }' | xargs)" = "$*" ]
}
# told LINE: a line of the log is that
told() {
	dmesg | sed 's/^\[[^]]*\] //' | grep -qxF "$1"
}

# ptrace
insmod "$SLOTS" && insmod "$MODULES/wt_claims.ko" claims=3 || exit 1
dmesg -C
"$PROGRAMS/ptracer" > out 2> err
grep -E '^(PASS|FAIL): ' out
[ "$(cat $knobs/hits)" = "$(sed -n 's/^rounds \(.*\)/\1 \1 \1/p' out)" ] && [ "$(cat $knobs/states)" = "armed armed armed" ]
say $? "ptrace: the claims beside it count each write"
cat /proc/watchtap/slots.json > out
perl -MJSON::PP -e '
	my $refused = decode_json(<STDIN>)->{refused};
	die "$refused->{count} $refused->{command}\n" if $refused->{count} != 2 || $refused->{command} ne "a\"b\\c\n";
' < out 2> err
say $? "the JSON has a strange name as it is"
dmesg | grep -qF 'watchtap_slots: a"b\c\n ('
say $? "the log has no newline of it"
rmmod wt_claims

# the administrator's limit
insmod "$MODULES/wt_claims.ko" claims=4 priorities=4,1,3,2
until_states armed armed armed armed
say $? "limit: all four"
echo 2 > $limit
until_states armed waiting armed waiting
say $? "limit 2: the two weakest lose theirs"
told "wt_claims: 1 disarmed: the administrator's limit is 2 registers" &&
	told "wt_claims: 3 disarmed: the administrator's limit is 2 registers"
say $? "limit 2: they are told why"
hits 7 0 7 0
say $? "limit 2: the others are as they were"
grep -q 'taken 2, limit 2,' /proc/watchtap/slots && grep -q '"limit":2,"reserved":2,' /proc/watchtap/slots.json
say $? "limit 2: it is in /proc/watchtap"
"$WATCHTAP" run "$SCRIPTS/panic.ko" -c true > out 2> err
grep -q "no free register: 2 held by \"wt_claims\", 2 kept back by the administrator's limit.*\[start\]\$" err
say $? "limit 2: who is refused is told of it"
echo 4 > $limit
until_states armed armed armed armed && hits 7 7 7 7
say $? "limit 4: all have theirs back"
echo 0 > $limit
until_states waiting waiting waiting waiting && hits 0 0 0 0
say $? "limit 0: none"
for i in 3 1 4; do
	echo $i > $limit
done
until_states armed armed armed armed && hits 7 7 7 7
say $? "limit 3, 1, 4 at once: all"
taken=
for i in 5 -1 x; do
	echo $i > $limit && taken="$taken $i"
done 2> err
[ -z "$taken" ] && [ "$(cat $limit)" = 4 ]
say $? "limit: what is no number of registers is refused"
rmmod wt_claims watchtap_slots

insmod "$SLOTS" limit=2 && insmod "$MODULES/wt_claims.ko" claims=3
until_states armed armed waiting
say $? "limit=2 at load"
told "wt_claims: 2 unavailable: no free register: 2 held by \"wt_claims\", 2 kept back by the administrator's limit"
say $? "limit=2 at load: who waits is told of it"
echo 3 > $limit
until_states armed armed armed
say $? "limit=2 at load, then 3"
rmmod wt_claims watchtap_slots
insmod "$SLOTS" limit=5 2> err && rmmod watchtap_slots
[ -s err ]
say $? "limit=5 at load is refused"

# `watchtap slots`: who holds which register, for people and for programs; it ends when the arbiter goes.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out err; fi
}
# wait_for COMMAND...: until it succeeds, 10 seconds at most
wait_for() {
	tries=0
	until "$@" 2> /dev/null || [ $tries = 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
"$WATCHTAP" slots > out 2> err
[ $? = 1 ] && [ ! -s out ] && grep -q '\[not-loaded\]$' err
say $? "not loaded"

"$WATCHTAP" run "$SCRIPTS/panic.ko" > script.out 2> script.err &
script=$!
wait_for grep -q ' armed ' /proc/watchtap/slots
"$WATCHTAP" slots > out 2> err &&
	grep -E "panic_timeout.*wt_test_$script([^0-9]|\$)" out | grep -q ' armed ' && [ ! -s err ]
say $? "the script, its symbol, that it is armed"

"$WATCHTAP" slots --json > out 2> err && [ "$(wc -l < out)" = 1 ] && [ ! -s err ]
say $? "--json is one line"
# a register's entry has the claim's id, the claim's entry the register's number
perl -MJSON::PP -e '
	my $all = decode_json(<STDIN>);
	my @claims = grep { $_->{client} eq $ARGV[0] } @{$all->{claims}};
	die "claims of $ARGV[0]: " . @claims . "\n" if @claims != 1;
	my $claim = $claims[0];
	my ($slot) = grep { $_->{register} == $claim->{registers}[0] } @{$all->{slots}};
	for ([$claim, "state", "armed"], [$slot, "state", "held"], [$claim, "symbol", "panic_timeout"],
	     [$slot, "symbol", "panic_timeout"], [$claim, "length", 4], [$slot, "length", 4],
	     [$claim, "access", "write"], [$slot, "address", $claim->{address}], [$claim, "hits", $ARGV[1]]) {
		my ($of, $key, $want) = @$_;
		die "$key: $of->{$key}, not $want\n" if $of->{$key} ne $want;
	}
	die "the register is not of this claim\n" if !grep { $_ == $claim->{id} } @{$slot->{claims}};
	die "times\n" if !($claim->{since_ns} > 0 && $claim->{since_ns} <= $all->{now_ns});
	die "registers\n" if $all->{registers} != 4 || @{$all->{slots}} != 4;
	die "a key is missing\n" if grep { !exists $all->{$_} } qw(interface mechanism fires cpus limit
		reserved outside hardware refused);
' "wt_test_$script" 0 < out 2> err
say $? "--json: claim and register belong together"

echo 3 > /proc/sys/kernel/panic
wait_for grep -q 3 script.out
"$WATCHTAP" slots --json > out 2> err && grep -q '"state":"armed"' out && grep -q '"hits":1[,}]' out
say $? "a hit is counted"

# as anybody else: from a folder that anybody may enter
open=$(mktemp -d) && chmod 755 "$open" && cp "$WATCHTAP" "$open/watchtap"
setpriv --reuid=65534 --regid=65534 --clear-groups "$open/watchtap" slots > out 2> err
[ $? = 1 ] && [ ! -s out ] && grep -q '\[no-root\]$' err && grep -q '^note: use sudo$' err
say $? "not root"
rm -r "$open"

: > out
"$WATCHTAP" slots --follow=0.1 > out 2> err &
pid=$!
wait_for grep -q ' armed ' out
kill -INT $script
wait $script
wait $pid
[ $? = 0 ] && grep -q '^note: watchtap_slots has gone' err && grep -q ' armed ' out
say $? "--follow ends when the arbiter goes"
echo 0 > /proc/sys/kernel/panic

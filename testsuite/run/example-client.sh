# examples/client, with the commands of its README.md: the log is what that says.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out log; fi
}
said() {
	dmesg | sed -n 's/^\[[^]]*\] \(client: .*\)/\1/p' > log
}
wait_for() {
	tries=0
	until said && [ "$(tail -n 1 log)" = "$1" ] || [ $tries = 30 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
work=$PWD
here=$SRCDIR/examples/client
panic=0x$(awk '$3 == "panic_timeout" { print $1 }' /proc/kallsyms)

# its blocks are commands and the log; make has been run where this was compiled
sed -n 's/^    //p' "$here/README.md" | grep -v '^make ' > block
grep '^client: ' block > expected
grep -v '^client: ' block > commands
cd "$EXAMPLE" || exit 1
sh -e "$work/commands" > "$work/out" 2>&1
status=$?
cd "$work" || exit 1
said
[ $status = 0 ] && diff expected log >> out
say $? "README.md's commands"
grep client out | grep -q armed
say $? "it is in /proc/watchtap/slots"
echo 0 > /proc/sys/kernel/panic

insmod "$EXAMPLE/kernel/watchtap_slots.ko"
insmod "$EXAMPLE/examples/client/client.ko" address=0x10 2> out
[ $? != 0 ] && said && tail -n 1 log | grep -q '^client: .*0x10'
say $? "what may not be watched is told, and it does not stay"

# all four registers are a script's: it waits, and what it was told comes a moment later
cat > while-full << END
insmod "$EXAMPLE/examples/client/client.ko" address=$panic
echo 5 > /proc/sys/kernel/panic
sleep 1
dmesg > full
END
insmod "$MODULES/wt_writer.ko"
"$WATCHTAP" run --slots "$EXAMPLE/kernel/watchtap_slots.ko" "$SCRIPTS/wide.ko" -c "sh while-full" > out 2>&1
grep 'client: ' full | tail -n 1 | grep -q 'client: unavailable: no free register: 4 held by '
say $? "no register is free"
wait_for 'client: armed'
[ "$(tail -n 1 log)" = 'client: armed' ]
say $? "it is armed when one has come free"
echo 6 > /proc/sys/kernel/panic
rmmod client
said
[ "$(tail -n 1 log)" = 'client: 1 hits' ]
say $? "hits after that are counted, and none before"

# a stronger one takes what it needs, the script is told, and gets it back
cat > while-stolen << END
insmod "$EXAMPLE/examples/client/client.ko" address=$panic priority=3
echo 7 > /proc/sys/kernel/panic
sleep 1
rmmod client
sleep 1
END
"$WATCHTAP" run --slots "$EXAMPLE/kernel/watchtap_slots.ko" "$SCRIPTS/wide.ko" -c "sh while-stolen" > out 2>&1
[ $? = 0 ] && [ "$(grep -c WARNING out)" = 2 ] &&
	grep WARNING out | head -n 1 | grep -q 'not armed: stolen by "client" (priority 3)' &&
	grep WARNING out | tail -n 1 | grep -q ' armed again'
say $? "a script is told what it loses and gets back"
said
[ "$(tail -n 1 log)" = 'client: 1 hits' ]
say $? "the stronger one has it"
rmmod wt_writer watchtap_slots
echo 0 > /proc/sys/kernel/panic

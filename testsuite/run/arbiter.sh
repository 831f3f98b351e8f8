# The arbiter's module comes with the first script and goes with the last one; an administrator's stays.
loaded() {
	grep -q '^watchtap_slots ' /proc/modules
}
loaded && echo "FAIL: not loaded before" || echo "PASS: not loaded before"
"$WATCHTAP" run "$SCRIPTS/panic.ko" -c 'grep -c "^watchtap_slots " /proc/modules' > out 2> err
[ "$(head -1 out)" = 1 ] && echo "PASS: loaded for a script" || { echo "FAIL: loaded for a script"; cat out err; }
loaded && echo "FAIL: unloaded after it" || echo "PASS: unloaded after it"

"$WATCHTAP" run "$SCRIPTS/panic.ko" -c "\"$WATCHTAP\" run \"$SCRIPTS/print-once.ko\" -c true; grep -c '^watchtap_slots ' /proc/modules" > out 2> err
[ "$(head -1 out)" = 1 ] && echo "PASS: it stays for another script" || { echo "FAIL: it stays for another script"; cat out err; }

# the arbiter's and the runtime's own reads are not told as hits or losses
"$WATCHTAP" run "$SCRIPTS/read-write.ko" -c 'echo 3 > /proc/sys/kernel/panic' > out 2> err
[ "$(cat out)" = "0 -> 3" ] && [ ! -s err ] && echo "PASS: a .rw watch sees others only" || { echo "FAIL: a .rw watch sees others only"; cat out err; }
echo 0 > /proc/sys/kernel/panic

insmod "$SLOTS"
"$WATCHTAP" run "$SCRIPTS/panic.ko" -c 'echo 2 > /proc/sys/kernel/panic' > out 2> err
[ "$(head -1 out)" = 2 ] && loaded && echo "PASS: an administrator's stays" || { echo "FAIL: an administrator's stays"; cat out err; }
rmmod watchtap_slots
echo 0 > /proc/sys/kernel/panic

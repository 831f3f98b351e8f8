# The start is one transaction: who must have a register has it, or nothing has happened; who may fail is left out.
. "$SRCDIR/testsuite/run/lib/wait.sh"
insmod "$MODULES/wt_writer.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/three.ko" > three.out 2> three.err &
three=$!
wait_lines ' armed ' 3 /proc/watchtap/slots
# run NAME STATUS: its stdout is out, with stderr in err
run() {
	"$WATCHTAP" run "$SCRIPTS/$1.ko" -c "grep -c ' armed ' /proc/watchtap/slots" > raw 2> err
	status=$?
	sed 's/wt_test_[0-9]*/SCRIPT/g' raw > out
	[ $status = "$2" ]
}
run five 1 && [ ! -s out ] && grep -qE 'five\.stp:[3-7]:7: error: .*5 registers are needed at once and a CPU has 4 \[start\]$' err
say $? "five required ones on four registers: the script does not start" out err
[ "$(grep -c ' armed ' /proc/watchtap/slots)" = 3 ]
say $? "nothing was taken from a weaker script" /proc/watchtap/slots
[ ! -s three.out ] && [ ! -s three.err ]
say $? "the weaker script has not noticed" three.out three.err
run five-optional 0 && [ "$(cat out)" = "begin
4" ] && grep -q '^WARNING: kernel.data("init_uts_ns").* not armed: ' err
say $? "one with ? is left out, with a warning" out err
run five-unavailable 0 && [ "$(cat out)" = 'begin
unavailable, 5: no free register: 4 held by "SCRIPT"
4' ] && [ ! -s err ]
say $? "one with .unavailable is left out, and told" out err
"$WATCHTAP" run "$SCRIPTS/five-later.ko" > raw 2> err
status=$?
sed 's/wt_test_[0-9]*/SCRIPT/g' raw > out
[ $status = 0 ] && [ "$(cat out)" = 'begin
fifth unavailable: no free register: 4 held by "SCRIPT"
tick
first disabled: disabled
fifth enabled' ] && [ ! -s err ]
say $? "one with .later has the next register that comes free" out err
wait_lines ' armed ' 3 /proc/watchtap/slots
kill -INT $three
wait $three
[ $? = 0 ] && [ "$(grep -c 'not armed: stolen by' three.err)" = 3 ] && [ "$(grep -c 'armed again$' three.err)" = 3 ]
say $? "the weaker script was told, and has its watch again" three.out three.err
rmmod wt_writer

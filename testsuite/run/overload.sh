# A watch on a hot word with a slow handler is switched off; the machine lives on.
insmod "$MODULES/wt_writer.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/slow.ko" -c 'echo 3000 > /sys/module/wt_writer/parameters/hot' > out 2> err
status=$?
rmmod wt_writer
if [ $status = 1 ] && [ "$(cat out)" = error ] && grep -q 'WARNING: .*switched off' err && grep -q 'ERROR: no watch is left' err; then
	echo "PASS: overload"
else
	echo "FAIL: overload: status $status"
	cat out err
fi

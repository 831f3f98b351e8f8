# Every write is counted: two writers on two CPUs, held against what the module that writes has counted.
p=/sys/module/wt_writer/parameters
count() {
	name=$1 writes=$2
	insmod "$MODULES/wt_writer.ko" || exit 1
	got=$("$WATCHTAP" run "$SCRIPTS/$name.ko" -c "echo $writes > $p/go" 2> err)
	written=$(cat $p/written)
	rmmod wt_writer
	if [ "$got" = "$written" ] && [ "$written" = $((2 * writes)) ] && [ ! -s err ]; then
		echo "PASS: $name: $written writes, as many hits, nothing lost"
	else
		echo "FAIL: $name: $written writes, $got hits"
		cat err
	fi
}
count count 50000
count count-locked 5000

insmod "$MODULES/wt_writer.ko"
"$WATCHTAP" run "$SCRIPTS/print-each.ko" -c "echo 2000 > $p/go" > out 2> err
rmmod wt_writer
sort out | uniq -c > counts
if [ "$(wc -l < out)" = 4000 ] && [ "$(grep -cE '^ *2000 writer/[01] [0-9]+ [01]$' counts)" = 2 ] && [ ! -s err ]; then
	echo "PASS: a line for each write, from both CPUs"
else
	echo "FAIL: a line for each write, from both CPUs"
	cat counts err
fi

insmod "$MODULES/wt_writer.ko"
got=$("$WATCHTAP" run "$SCRIPTS/wide.ko" -c "echo 1 > $p/pair" 2> err)
rmmod wt_writer
if [ "$got" = 4 ] && [ ! -s err ]; then
	echo "PASS: a range over four registers"
else
	echo "FAIL: a range over four registers: $got hits"
	cat err
fi

# Watches with arguments: instances, their number, their addresses; the life of objects.
. "$SRCDIR/testsuite/run/lib/wait.sh"
p=/sys/module/wt_writer/parameters
insmod "$MODULES/wt_writer.ko" || exit 1
"$WATCHTAP" run "$SCRIPTS/instances.ko" > raw 2> err &
pid=$!
wait_lines ready 1 raw
for step in 1 2 3 4 5 6 7 8 9 10 11; do
	# prints what is answered, then the four words are written
	echo $step > /proc/sys/kernel/panic
	wait_lines '^done' $step raw
	sleep 0.1
	echo $step > $p/pair
done
kill -INT $pid
wait $pid
status=$?
sed 's/wt_test_[0-9]*/SCRIPT/' raw > out
cat > want <<'E'
ready
1
done
enabled 0
hit 0
1
done
enabled 1
hit 0
hit 1
1
done
hit 0
hit 1
unavailable: no instance is free: MAXINSTANCES are enabled or being released
0
done
hit 0
hit 1
0
done
hit 0
hit 1
1
done
disabled: disabled
hit 1
1
done
enabled 2
hit 1
hit 2
1
done
disabled: disabled
disabled: disabled
0
done
unavailable: 4 registers are needed and 1 is free: 1 held by "SCRIPT", 2 not reserved by watchtap
0
done
unavailable: cannot watch 0x400: it is an address of user space
0
done
E
[ $status = 0 ] && [ ! -s err ] && cmp -s out want
say $? "two instances: by their arguments, at most so many, used again" out err

"$WATCHTAP" run "$SCRIPTS/instances-many.ko" -c "while echo 1 > $p/pair; do :; done" > out 2> err
[ $? = 0 ] && [ "$(head -1 out)" = "1000 enabled, stray 0, hits" ]
say $? "a thousand addresses, one after the other: no hit of another" out err
rmmod wt_writer
echo 0 > /proc/sys/kernel/panic

insmod "$MODULES/wt_objects.ko"
"$WATCHTAP" run "$SCRIPTS/objects.ko" -c 'echo 1000 > /sys/module/wt_objects/parameters/go' > out 2> err
[ $? = 0 ] && [ "$(grep -v '^ ' out)" = "wt_objects_stray writes object 500: 1 -> -1
1000 of them were watched, and used" ] && grep -q '^ 0x[0-9a-f]* : wt_objects_stray+' out
say $? "a thousand objects: who writes the field of one without a right to" out err
rmmod wt_objects

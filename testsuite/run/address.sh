# What is watched is named in the script's arguments: an address, as /proc/kallsyms has it, or a symbol; who reads
# and writes it, and from where.
. "$SRCDIR/testsuite/run/lib/wait.sh"
address=$(sed -n 's/^\([0-9a-f]*\) [a-zA-Z] panic_timeout$/0x\1/p' /proc/kallsyms)
cat > by-address.stp << 'END'
probe begin { printf("%x\n", $1) }
probe kernel.data($1).length(4).write
{
	printf("%s %d->%d at %s\n", execname(), $old, $value, symname($address))
	print_backtrace()
}
END
"$WATCHTAP" -c 'echo 7 > /proc/sys/kernel/panic' by-address.stp "$address" > out 2> err
[ $? = 0 ] && [ ! -s err ] && grep -qx "${address#0x}" out && grep -qE '^sh 0->7 at panic_timeout$' out && grep -qE ': proc_dointvec[a-z_]*\+0x' out
say $? "an address from \$1" out err
echo 0 > /proc/sys/kernel/panic

# read and written; nothing but debug information knows its size
cat > by-name.stp << 'END'
global reads, writes
probe kernel.data(@1).length(4).rw
{
	if ($value == $old)
		reads[execname()]++
	else
		writes[execname()]++
	if ($value != $old)
		print_backtrace()
}
probe end
{
	foreach (name in reads-)
		printf("%s read it %s\n", name, reads[name] > 0 ? "often" : "never")
	foreach (name in writes-)
		printf("%s wrote it %d times\n", name, writes[name])
}
END
before=$(cat /proc/sys/vm/dirty_ratio)
"$WATCHTAP" -c 'cat /proc/sys/vm/dirty_ratio > there; echo 33 > /proc/sys/vm/dirty_ratio; echo 34 > /proc/sys/vm/dirty_ratio' \
	by-name.stp vm_dirty_ratio > out 2> err
[ $? = 0 ] && [ ! -s err ] && grep -qx 'cat read it often' out && grep -qx 'sh wrote it 2 times' out && grep -qE ': (dirty_ratio_handler|proc_dointvec_minmax)\+0x' out
say $? "vm_dirty_ratio, read and written" out err
echo "$before" > /proc/sys/vm/dirty_ratio
"$WATCHTAP" --types=btf,headers -p 2 -e 'probe kernel.data(@1).rw { println(execname()) }' vm_dirty_ratio > out 2> err
[ $? = 1 ] && [ ! -s out ] && grep -qF '[no-length]' err && grep -qF 'add .length(N)' err
say $? "vm_dirty_ratio without its length" out err
"$WATCHTAP" watch --once -c 'echo 9 > /proc/sys/kernel/panic' panic_timeout > out 2> err
[ $? = 0 ] && [ ! -s err ] && grep -qE '^sh\([0-9]+\) 0 -> 9$' out
say $? "watch panic_timeout: its length is known" out err
echo 0 > /proc/sys/kernel/panic

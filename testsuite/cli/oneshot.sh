# `watchtap watch` on the command line, and what it makes.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out err; fi
}
"$WATCHTAP" watch panic_timeout --length 4 --stack --once -p 1 > out 2> err
[ $? = 0 ] && grep -q 'kernel.data("panic_timeout").length(4).write' out && grep -q print_backtrace out && grep -q 'exit()' out
say $? "the script that it makes"
"$WATCHTAP" watch 0xffffffff81000000 --length 8 --rw -p 2 > out 2> err
[ $? = 0 ] && grep -q 'address 0xffffffff81000000, 8 bytes, reads and writes' out
say $? "an address"
"$WATCHTAP" watch panic_timeout --types kallsyms -p 2 > out 2> err
[ $? = 1 ] && grep -q '\[no-length\]' err && ! grep -q unsupported err
say $? "no length, and no type"
"$WATCHTAP" watch > out 2> err
[ $? = 1 ] && grep -q '\[usage\]' err
say $? "nothing to watch"
"$WATCHTAP" watch a b --length 4 > out 2> err
[ $? = 1 ] && grep -q "not 'b' as well" err
say $? "two at a time"
"$WATCHTAP" watch 'x").write{}probe begin{}//' --length 4 -p 1 > out 2> err
[ $? = 1 ] && grep -q '\[usage\]' err
say $? "a name that is none"
"$WATCHTAP" watch panic_timeout --lenght 4 > out 2> err
[ $? = 1 ] && grep -q 'did you mean --length' err
say $? "a misspelt option"

# `!`: what stands behind it is for nothing where it is there, which is known when the script is loaded.
. "$SRCDIR/testsuite/run/lib/wait.sh"
"$WATCHTAP" run "$SCRIPTS/sufficient.ko" -c 'echo 4 > /proc/sys/kernel/panic; sleep 0.2' > out 2> err
[ $? = 0 ] && [ ! -s err ] && [ "$(sort out | tr '\n' ' ')" = '1 1 1 101 1 begin call enabled inner ' ]
say $? "what is there keeps out what is behind it, what is not lets it in" out err
"$WATCHTAP" run "$SCRIPTS/sufficient-absent.ko" > out 2> err
[ $? = 1 ] && [ ! -s out ] && grep -qE 'sufficient-absent\.stp:1:38: error: .*"wt_nothing".*\[unknown-symbol\]$' err
say $? "the last one has to be there" out err
echo 0 > /proc/sys/kernel/panic

# Places in the source: of a module that was compiled here, of the kernel where its debug package is.
. "$SRCDIR/testsuite/run/lib/wait.sh"
outer=$WATCHTAP_DEBUG_PATH
unset DEBUGINFOD_URLS

line_of() {
	grep -n "/\* $1 \*/" "$MODULES/wt_lines.c" | cut -d : -f 1
}

# run_with PATH: lines.stp, and a write of the module's
run_with() {
	WATCHTAP_DEBUG_PATH=$1 "$WATCHTAP" run "$SCRIPTS/lines.ko" -c 'echo 1 > /sys/module/wt_lines/parameters/go; sleep 0.5' > out 2> err
	status=$?
}

# addresses are not the same each time
without_addresses() {
	sed -E 's/0x[0-9a-f]{16}/ADDRESS/; s/\+0x[0-9a-f]+\/0x[0-9a-f]+/+OFFSET/'
}

insmod "$MODULES/wt_lines.ko" || exit 1
file=$MODULES/wt_lines.c
place=$file:$(line_of innermost)
caller=$file:$(line_of caller)

run_with "/nowhere:$MODULES"
[ $status = 0 ] && grep -qxF "place $place" out && grep -qxF "parts $file $(line_of innermost)" out
say $? "file and line of a write in an inlined function" out err
grep -qxF "joined <$place> <$caller>" out && grep -qx 'equal 1 0' out && grep -qxF "where[\"$place\"]=1" out
say $? "strings with places: joined, compared, keys" out err
grep -qxF "$(printf 'field [%60s] [%-60s] [%.3s]' "$place" "$place" "$place")" out && grep -qxF "quoted $place" out
say $? "width, precision and quotes are those of the place" out err
grep -qx 'nowhere 0x10 0x10 0x10' out && grep -qxF "WARNING: warned of $place" err && grep -qxF "system $place" out
say $? "an address of nothing; warn and system" out err
{
	echo " ADDRESS : innermost [wt_lines] at $place (inlined)"
	echo " ADDRESS : inlined [wt_lines] at $file:$(line_of inlined) (inlined)"
	echo " ADDRESS : called+OFFSET [wt_lines] at $file:$(line_of called)"
	echo " ADDRESS : go+OFFSET [wt_lines] at $caller"
} > want
grep -E '^ 0x' out | head -n 4 | without_addresses | cmp -s - want
say $? "print_backtrace_fileline with inlined functions" out want
grep -E '^ 0x' out | without_addresses > lines
grep -E '\[wt_lines\]$' lines > plain
{ echo ' ADDRESS : called+OFFSET [wt_lines]'; echo ' ADDRESS : go+OFFSET [wt_lines]'; } | cmp -s - plain
say $? "print_backtrace has no lines" out

# the same without a debug file, with one that has no lines, with that of another module
fallback() {
	[ $status = 0 ] && grep -qE '^place 0xffffffff[0-9a-f]{8}$' out && grep -qE '^parts 0xffffffff[0-9a-f]{8} 0xffffffff[0-9a-f]{8}$' out &&
		grep -qx 'equal 1 0' out && [ "$(grep -E '^ 0x' out | without_addresses | grep -c 'called+OFFSET \[wt_lines\]$')" = 2 ] &&
		! grep -q '(inlined)' out
	say $? "$1" out err
}
run_with ''
fallback "no debug file: addresses"
mkdir -p stripped other damaged
cp "$MODULES/wt_lines.ko" stripped/
strip -g stripped/wt_lines.ko
run_with stripped
fallback "a module without debug sections"
cp "$MODULES/wt_writer.ko" other/wt_lines.ko
run_with other
fallback "a file of another build"
head -c 20000 "$MODULES/wt_lines.ko" > damaged/wt_lines.ko
run_with damaged
fallback "half a file"

# loaded again, it is somewhere else
WATCHTAP_DEBUG_PATH=$MODULES "$WATCHTAP" run "$SCRIPTS/lines.ko" -c 'rmmod wt_lines; insmod "$MODULES/wt_lines.ko"; sleep 0.2
	echo 1 > /sys/module/wt_lines/parameters/go; sleep 0.5' > out 2> err
[ $? = 0 ] && grep -qxF "place $place" out
say $? "a module that was loaded again" out err
rmmod wt_lines

"$WATCHTAP" run "$SCRIPTS/lines-none.ko" > out 2> err
printf '\001L0000000000000010\002\n' | cmp -s - out
say $? "a module that asks for no lines: its strings are printed as they are" out err

# The kernel's own debug file is large: it is looked for where it is installed, and where WATCHTAP_DEBUG_PATH says.
release=$(uname -r)
vmlinux=
for path in "$outer"/vmlinux "$outer/vmlinux-$release" "/usr/lib/debug/boot/vmlinux-$release" "/usr/lib/debug/lib/modules/$release/vmlinux"; do
	[ ! -r "$path" ] || vmlinux=$path
done
if [ -z "$vmlinux" ]; then
	echo "UNSUPPORTED: lines of the kernel: no debug file of $release"
else
	WATCHTAP_DEBUG_PATH=$outer "$WATCHTAP" run "$SCRIPTS/lines-kernel.ko" -c 'echo 1 > /proc/sys/kernel/panic; sleep 1' > out 2> err
	[ $? = 0 ] && grep -qE '^kernel/sysctl\.c:[0-9]+$' out &&
		grep -qE '^ 0xffffffff[0-9a-f]{8} : vfs_write\+0x[0-9a-f]+/0x[0-9a-f]+ \[kernel\] at fs/read_write\.c:[0-9]+$' out &&
		grep -qE '^ 0xffffffff[0-9a-f]{8} : do_syscall_x64 \[kernel\] at arch/x86/entry/common\.c:[0-9]+ \(inlined\)$' out
	say $? "lines of the kernel" out err
	echo 0 > /proc/sys/kernel/panic
fi

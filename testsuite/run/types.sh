# timeout: 900
# The same scripts with the types from DWARF, from BTF, from headers and from nowhere but kallsyms. One line of
# the tables is a watch, which is on in the step of its number; a row is one script with all of them.
#
#	STEP~NAME~CAST~UNTYPED~BODY~EXPECTED
#
# CAST is what BTF needs to know the variable, - where no cast helps; UNTYPED is the point where no types are known, or nothing where
# there can be none; EXPECTED is what the step prints, lines with & between them.
. "$SRCDIR/testsuite/run/lib/wait.sh"
p=/sys/module/wt_types/parameters

of_module='
1~wt_uint~unsigned int~data("wt_uint").length(4)~printf("%d -> %d\n", $old, $value)~0 -> 40
2~wt_long~long~data("wt_long").length(8)~printf("%d -> %d\n", $old, $value)~0 -> -41
3~wt_short~short~data("wt_short").length(2)~printf("%d -> %d\n", $old, $value)~0 -> -42
4~wt_text~char [16]~data("wt_text").length(16)~println(kernel_string($address), " ", $length)~notEing 16
5~wt_uint~unsigned int~~printf("%d -> %d\n", $old, $value)~0 -> 4000000000
6~wt_byte~u8~~printf("%d\n", $value)~200
7~wt_bool~bool~~printf("%d %s\n", $value, $value$)~1 1
8~wt_first.count~struct wt_node~data("wt_first+0x8").length(8)~printf("%d -> %d\n", $old, $value)~1 -> -5
9~wt_first.at.y~struct wt_node~data("wt_first+20").length(2)~printf("%d -> %d\n", $old, $value)~12 -> -7
10~wt_first.bytes[1]~struct wt_node~~printf("%d -> %d\n", $old, $value)~2 -> 254
11~wt_first.level.change~struct wt_node~~printf("%d -> %d\n", $old, $value)~0 -> 19
12~wt_first.delta.change~struct wt_node~~printf("%d -> %d\n", $old, $value)~-2 -> -30
13~wt_first.color~struct wt_node~~printf("%s -> %s %d\n", $old$, $value$, $value)~WT_BLUE -> WT_GREEN 5
14~wt_first.flags~struct wt_node~~printf("%s -> %s\n", $old$, $value$)~WT_ONE|WT_FOUR -> WT_TWO|WT_FOUR
15~wt_first.name~struct wt_node~~printf("%s -> %s %d\n", $old$, $value$, $value[1])~"first" -> "other" 116
16~wt_grid[1][2]~int [2][3]~data("wt_grid+20").length(4)~printf("%d -> %d\n", $old, $value)~6 -> 77
17~wt_grid~int [2][3]~~printf("%d -> %d %d\n", $old[0][1], $value[0][1], $value[1][2])~2 -> 78 6
18~wt_head->next->next->count~struct wt_node *~~printf("%d -> %d\n", $old, $value)~3 -> 33
19~wt_nobody->count~struct wt_node *~~println("never")~unavailable: a pointer on the way to it is NULL
20~wt_shifted.in~struct wt_shifted~~printf("%d %s -> %s %d\n", $value->b, $old$, $value$, $length)~9 {.a=0, .b=0, .c=0} -> {.a=0, .b=9, .c=0} 12
21~wt_wide~struct wt_wide~~printf("%d -> %d %s\n", $old->b, $value->b, $value$)~0 -> -10 {.a=0, .b=-10, .c=0}
22~wt_packed.b~struct wt_packed~data("wt_packed+1").length(4)~printf("%x\n", $value & 0xffffffff)~fffefdfc
23~wt_own.y~~data("wt_own+4").length(2).percpu~printf("%d: %d -> %d\n", cpu(), $old, $value)~0: 0 -> 30&1: 0 -> 31
24~wt_own.y.cpu(1)~~data("wt_own+4").length(2).cpu(1)~printf("%d: %d -> %d\n", cpu(), $old, $value)~1: 0 -> 41
25~wt_pair_?~unsigned int~~printf("%d\n", $value)~51&52
26~wt_twin@wt_types_data.c~-~~printf("%d %d\n", $value, $length)~61 4
27~wt_twin@wt_types_twin.c~-~~printf("%d %d\n", $value, $length)~62 8
31~wt_head~struct wt_node *~~printf("%d %s %s\n", $value->count, $value->name$, $old->name$)~2 "second" "first"&1 "first" "second"
'
# What functions have, with types alone; FIRST and GRID stand for variables.
functions='
probe found(p) = kernel.data(p).write { printf("28 %d -> %d %d\n", $old, $value, $length) }
probe found.enabled { println("armed 28") }
probe found.disabled { println("off 28") }
probe seen(a) = kernel.data(&@cast(a, "struct wt_node", "HOME")->color).write { printf("29 %s -> %s\n", $old$, $value$) }
probe seen.enabled { println("armed 29") }
probe seen.disabled { println("off 29") }
probe module("HOME").function("wt_step") {
	if ($n != 28)
		disable found
	if ($n != 29)
		disable seen
}
probe module("HOME").function("wt_find").return {
	if (step == 28)
		enable found(&$return->count)
	else if (step == 29)
		enable seen($return)
}
probe module("HOME").function("wt_call") {
	printf("30 %d %d %d %c %d\n", $node->count, $node->at->x, $n, $c, $l)
	printf("30 %s\n", $$parms)
	printf("30 %s\n", FIRST$)
	printf("30 %s\n", FIRST$$)
	printf("30 %s %s %s %s\n", FIRST->name$, FIRST->text$, FIRST->next->next->name$, FIRST->color$)
	printf("30 %d %d %d %d %d %d %d\n", FIRST->flag, FIRST->level, FIRST->delta, FIRST->on, FIRST->small, FIRST->half, FIRST->bytes[3])
	printf("30 %d %s\n", GRID[1][long_arg(2) - 40], GRID$)
	printf("30 %d %d %d\n", &FIRST->count - &FIRST, @cast(&FIRST->count, "long", "HOME")[0], @cast($node, "struct wt_node", "HOME")->next->count)
	printf("30 %d%d%d%d%d\n", @defined($node->count), @defined($node->nothing), @defined($m), @defined(FIRST->at->z), @defined(@var("wt_nothing")))
}
probe module("HOME").function("wt_call").return {
	printf("30 %d %d %d %d\n", $return, $n, @entry($node->count), $node->count)
	printf("30 %s\n", $$return)
}
'
functions_expected='30 2 21 42 q -9
30 node=POINTER n=0x2a c=0x71 l=0xfffffffffffffff7
30 {.next=POINTER <wt_second>, .count=1, .at={...}, {...}, {...}, .color=WT_BLUE, .flags=WT_ONE|WT_FOUR, .name="first", .text="a text", .on=1, .small=200, .half=60000}
30 {.next=POINTER <wt_second>, .count=1, .at={.x=-11, .y=12, .z=213}, {.word=67305985, .bytes=[1, 2, 3, 4]}, {.flag=1, .level=0, .delta=-2}, .color=WT_BLUE, .flags=WT_ONE|WT_FOUR, .name="first", .text="a text", .on=1, .small=200, .half=60000}
30 "first" "a text" "third" WT_BLUE
30 1 0 -2 1 200 60000 4
30 6 [[...], [...]]
30 8 1 3
30 10010
30 -164 42 2 3
30 return=0xffffffffffffff5c'

# The steps are told by a function that does nothing; the script ends with step 0.
beginning='
global step, hits
probe module("wt_types").function("wt_step") {
	step = long_arg(1)
	if (!step)
		exit()
}
'

# watch STEP POINT BODY, a watch of the script. What is written all the time is told of once.
watch() {
	case $2 in
	*.change) access=${2##*.} point=${2%.change} ;;
	*) access=write point=$2 ;;
	esac
	case $3 in
	'once '*) body="if (!hits[$1]++) { printf(\"$1 \") ${3#once } }" ;;
	*) body="printf(\"$1 \") $3" ;;
	esac
	printf 'probe w%s = %s.%s if (step == %s) { %s }\n' "$1" "$point" "$access" "$1" "$body"
	printf 'probe w%s { }\n' "$1"
	printf 'probe w%s.enabled { println("armed %s") }\n' "$1" "$1"
	printf 'probe w%s.disabled { println("off %s") }\n' "$1" "$1"
	printf 'probe w%s.unavailable { printf("%s unavailable: %%s\\n", $reason) }\n' "$1" "$1"
}

# The points of a row: what the table's columns are there
point() {
	row=$1 home=$2 name=$3 cast=$4 untyped=$5 behind=
	case $name in
	*.change) name=${name%.change} behind=.change ;;
	*'.cpu('*) behind=.${name##*.} name=${name%.*} ;;
	esac
	case $row:$home in
	dwarf:* | headers:kernel) echo "$home.data(\"$name\")$behind" ;;
	btf:*) [ "$cast" = - ] || echo "$home.data(\"${cast:+($cast)}$name\")$behind" ;;
	*) [ -z "$untyped" ] || echo "$home.$untyped" ;;
	esac
}

# script_of ROW HOME TABLE: also the steps, and what they are to print
script_of() {
	: > steps
	: > want
	printf '%s\n' "$3" | while IFS='~' read -r step name cast untyped body expected; do
		[ -n "$step" ] || continue
		at=$(point "$1" "$2" "$name" "$cast" "$untyped")
		[ -n "$at" ] || continue
		watch "$step" "$at" "$body"
		echo "$step" >> steps
		printf '%s\n' "$expected" | tr '&' '\n' | sed "s/^/$step /" >> want
	done
}

cat > go << 'END'
. "$SRCDIR/testsuite/run/lib/wait.sh"
p=/sys/module/wt_types/parameters
echo 1 > $p/reset
for step in $(cat steps); do
	echo $step > $p/step
	[ $step != 28 ] || echo 32 > $p/go
	[ $step != 29 ] || echo 33 > $p/go
	[ $step = 30 ] || wait_lines "^armed $step\$|^$step unavailable" 1 out
	[ ! -s provoke ] || sh provoke $step
	[ -s provoke ] || echo $step > $p/go
	echo 1000 > $p/step
	[ $step = 30 ] || wait_lines "^off $step\$|^$step unavailable" 1 out
	echo 1 > $p/reset
done
echo 0 > $p/step
sleep 60
END

# run_row ROW TYPES HOME-OF-POINTS
run_row() {
	"$WATCHTAP" --types="$2" -c 'sh go' script.stp > out 2> err
	status=$?
	grep -vE '^(armed|off)' out | sed -E 's/(next|node)=0x[0-9a-f]+/\1=POINTER/g' > got
	# one result for each step
	for step in $(sort -un steps); do
		grep "^$step " got > got-step
		grep "^$step " want | cmp -s - got-step
		say $? "$1: step $step: $(grep -m 1 "probe w$step = " script.stp | sed 's/ = / /; s/ if .*//')" got-step
	done
	# what is written all the time may be while its watch comes or goes
	[ $status = 0 ] && ! grep -v '^WARNING: .* not delivered: the watch was being armed or released$' err
	say $? "$1: the script ends well" err
}

module_row() {
	row=$1 types=$2 name=$3
	{
		printf '%s\n' "$beginning"
		script_of "$row" "module(\"$name\")" "$of_module"
		case $row in
		dwarf) first='@var("wt_first", "HOME")' grid='@var("wt_grid", "HOME")' ;;
		btf) first='@var("(struct wt_node)wt_first", "HOME")' grid='@var("(int [2][3])wt_grid", "HOME")' ;;
		*) first= ;;
		esac
		if [ -n "$first" ]; then
			printf '%s\n' "$functions" | sed "s|FIRST|$first|g; s|GRID|$grid|g; s|HOME|$name|g"
			printf '28\n29\n30\n' >> steps
			{ echo '28 2 -> 71 8'; echo '29 WT_RED -> WT_BLUE'; printf '%s\n' "$functions_expected"; } >> want
		fi
	} > script.stp
	run_row "module, $row" "$types"
}

# Of the kernel itself. What provokes a write stands where the module's steps have none.
of_kernel='
1~panic_timeout~int~data("panic_timeout").length(4)~printf("%d -> %d\n", $old, $value)~0 -> 7
2~sysctl_tcp_mem[1]~long [3]~data("sysctl_tcp_mem+8").length(8)~printf("%d\n", $value)~22
3~console_printk[1]~int [4]~data("console_printk+4").length(4)~printf("%d\n", $value)~5
4~init_pid_ns.child_reaper->static_prio~struct pid_namespace~~printf("%d -> %d\n", $old, $value)~120 -> 123
5~init_pid_ns.parent->level~struct pid_namespace~~println("never")~unavailable: a pointer on the way to it is NULL
6~init_task.tasks.prev~struct task_struct~~once printf("%d\n", $value != $old)~1
7~(struct list_head)modules.next~~data("modules").length(8)~once printf("%d\n", $value != $old)~1
8~kernel_cpustat.cpustat[0].cpu(0)~~data("kernel_cpustat").length(8).cpu(0)~once printf("%d %d\n", cpu(), $value > $old)~0 1
'
provoke='
case $1 in
1) echo 7 > /proc/sys/kernel/panic ;;
2) echo 11 22 33 > /proc/sys/net/ipv4/tcp_mem ;;
3) echo 4 5 1 7 > /proc/sys/kernel/printk ;;
4) renice -n 3 -p 1 > renice.out ;;
30) renice -n 4 -p 1 > renice.out ;;
6) true; /bin/true ;;
7) insmod "$MODULES/wt_lines.ko"; rmmod wt_lines ;;
8) taskset -c 0 sh -c "i=0; while [ \$i -lt 30000 ]; do i=\$((i + 1)); done" ;;
esac
'
kernel_functions='
probe kernel.function("set_user_nice") if (step == 30) {
	printf("30 %d %d %s\n", $p->pid, $nice, @defined($p->static_prio) ? "there" : "")
	printf("30 %d %s\n", &INIT->comm - &INIT == &@cast(0, "struct task_struct")->comm, INIT->comm$)
}
probe kernel.function("set_user_nice").return if (step == 30) { printf("30 %d %d -> %d\n", $nice, @entry($p->static_prio), $p->static_prio) }
'

kernel_row() {
	row=$1 types=$2
	{
		printf '%s\n' "$beginning"
		script_of "$row" kernel "$of_kernel"
		case $row in
		dwarf) init='@var("init_task")' ;;
		btf) init='@var("(struct task_struct)init_task")' ;;
		*) init= ;;
		esac
		if [ -n "$init" ]; then
			printf '%s\n' "$kernel_functions" | sed "s|INIT|$init|g"
			echo 30 >> steps
			{ echo '30 1 4 there'; echo '30 1 "swapper/0"'; echo '30 4 123 -> 124'; } >> want
		fi
	} > script.stp
	printf '%s\n' "$provoke" > provoke
	echo 0 > /proc/sys/kernel/panic
	run_row "kernel, $row" "$types"
	renice -n 0 -p 1 > renice.out
	cat printk-before > /proc/sys/kernel/printk
	cat tcp_mem-before > /proc/sys/net/ipv4/tcp_mem
}

# cannot ROW TYPES TAG SCRIPT: what a row has nothing of
cannot() {
	"$WATCHTAP" --types="$2" -p 2 -e "$4" > out 2> err
	[ $? = 1 ] && [ "$(grep -c error: err)" = 1 ] && grep -qF "$3" err
	say $? "$1 alone: $3: $4" out err
}

insmod "$MODULES/wt_types.ko" || exit 1
cat /proc/sys/kernel/printk > printk-before
cat /proc/sys/net/ipv4/tcp_mem > tcp_mem-before
kernel_row btf btf
kernel_row headers headers
kernel_row kallsyms kallsyms
release=$(uname -r)
if [ -r "/usr/lib/debug/boot/vmlinux-$release" ] || [ -r "/usr/lib/debug/lib/modules/$release/vmlinux" ]; then
	kernel_row dwarf dwarf
else
	echo "UNSUPPORTED: kernel, dwarf: no debug file of $release"
fi
echo 0 > /proc/sys/kernel/panic
: > provoke
for types in headers kallsyms; do
	cannot $types $types '[no-signature]' 'probe kernel.function("set_user_nice") { println($nice) }'
done
for types in btf kallsyms; do
	cannot $types $types '[no-length]' 'probe kernel.data("panic_timeout").write { }'
	cannot $types $types '[no-type]' 'probe kernel.data("init_task.comm").length(16).write { }'
done
for types in btf headers kallsyms; do
	cannot $types $types '[no-variable]' 'probe kernel.data("panic_timeout@panic.c").length(4).write { }'
	cannot $types $types '[no-length]' 'probe kernel.data("vm_dirty_ratio").write { }'
done
"$WATCHTAP" --types=kallsyms -l 'kernel.data("panic_timeou*"), kernel.function("set_user_nice"), module("wt_types").data("wt_pair_?")' > out 2> err
[ $? = 0 ] && printf '%s\n' 'kernel.data("panic_timeout")' 'kernel.function("set_user_nice")' 'module("wt_types").data("wt_pair_a")' \
	'module("wt_types").data("wt_pair_b")' | cmp -s - out
say $? "-l, kallsyms" out err
"$WATCHTAP" --types=kallsyms -L 'kernel.data("panic_timeout"), kernel.function("set_user_nice"), module("wt_types").data("wt_own")' > out 2> err
[ $? = 0 ] && grep -qE '^kernel\.data\("panic_timeout"\) \(type unknown\), \.(data|bss)$' out && grep -qx 'kernel\.function("set_user_nice")' out &&
	grep -qx 'module("wt_types")\.data("wt_own") (type unknown), \.data\.\.percpu' out
say $? "-L, kallsyms" out err
"$WATCHTAP" -L 'kernel.data("panic_timeout"), kernel.function("set_user_nice"), kernel.data("runqueues")' > out 2> err
[ $? = 0 ] && grep -qE '^kernel\.data\("panic_timeout"\) int, 4 bytes' out && grep -qE '\$p:struct task_struct \* \$nice:long int$' out &&
	grep -qE 'struct rq, [0-9]+ bytes, \.data\.\.percpu$' out
say $? "-L" out err

: > provoke
module_row dwarf dwarf "$MODULES/wt_types.ko"
module_row kallsyms kallsyms wt_types
module_row headers headers wt_types
rmmod wt_types
# the kernel's build has no vmlinux for it to be done there
cp "$MODULES/wt_types.ko" with-btf.ko
if pahole -J --btf_base=/sys/kernel/btf/vmlinux with-btf.ko 2> pahole.err && strip -g with-btf.ko &&
	cp with-btf.ko wt_types.ko && insmod wt_types.ko && [ -e /sys/kernel/btf/wt_types ]; then
	module_row btf btf wt_types
	rmmod wt_types
else
	echo "UNSUPPORTED: module, btf: no pahole that makes this kernel's"
	[ ! -d /sys/module/wt_types ] || rmmod wt_types
fi

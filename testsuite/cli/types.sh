# timeout: 300
# Types of what is in a module's debug information, which is that of objects made here; lists; --types.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out err; fi
}
if [ -z "$RELEASE" ]; then
	echo "UNSUPPORTED: types: no kernel with image and headers"
	exit 0
fi
cat > one.c << 'END'
struct node {
	struct node *next;
	long count;
	struct { int depth; unsigned char bytes[3]; } in;
	union { int as_int; char as_text[4]; };
	unsigned flag : 1;
	unsigned level : 5;
	int delta : 4;
};
enum color { RED, GREEN = 5 };
static int twice = 1;
volatile int *odd;
struct node head;
enum color color;
char name[16];
int grid[2][3];
char bare[];
int *use_one(void) { return &twice; }
__attribute__((noinline)) static long kept(int unused, struct node *n, char c) { return n->count + c; }
long called(struct node *n, unsigned u, char c, long l) { return kept(1, n, c) + u + l; }
int after_six(int a, int b, int c, int d, int e, int f, char seventh) { return a + b + c + d + e + f + seventh; }
END
cat > two.c << 'END'
static long twice = 2;
static short only_two;
long *use_two(void) { return &twice; }
short *use_two_more(void) { return &only_two; }
END
# what `volatile' was is a kind of type that no C has
cc=${CC:-gcc}
$cc -g -O2 -w -c one.c two.c && ld -r -o my-types.ko one.o two.o && $cc -g -O2 -w -dA -S one.c &&
	sed 's/^\(\t.uleb128\) 0x35\(\t# (TAG: DW_TAG_volatile_type)\)/\1 0x20\2/' one.s > odd.s && $cc -c odd.s -o odd.ko > out 2> err
say $? "modules to look into"

# resolved SCRIPT, and then each line that it says of it
resolved() {
	script=$1
	shift
	"$WATCHTAP" -r "$RELEASE" -p 2 -e "$script" > out 2> err && [ ! -s err ] || { say 1 "$script"; return; }
	for line; do
		grep -qF -- "$line" out || { say 1 "$script: $line"; return; }
	done
	say 0 "$script"
}
# refused SCRIPT PLACE-AND-TAG [PATTERN]: with that error and no other
refused() {
	"$WATCHTAP" -r "$RELEASE" -p 2 -e "$1" > out 2> err
	[ $? = 1 ] && [ "$(grep -c 'error:' err)" = 1 ] && grep "^-e:${2% *}: error: " err | grep -qF "${2#* }" && grep -qE -- "${3-.}" err
	say $? "$1: $2"
}
m='module("./my-types.ko")'
data() {
	echo "probe $m.data(\"$1\").${3-write} { ${2-} }"
}

resolved "$(data head.next)" 'address of head in module' '8 bytes'
resolved "$(data 'head.in' 'println($value->depth)')" ' 8 bytes'
resolved "$(data 'head.in.bytes[1]')" ' 1 bytes'
resolved "$(data 'head.as_int')" ' 4 bytes'
resolved "$(data 'head.as_text' 'println($value$)')" ' 4 bytes'
resolved "$(data 'head.level' 'println($value)' change)" ' 1 bytes, changes'
resolved "$(data 'head.next->next->delta')" ' bytes, writes'
refused "$(data 'head+0x8')" '1:31 [no-length]'
resolved "$(data '(long)head+0x8')" ' 8 bytes'
resolved "$(data 'grid')" ' 24 bytes'
resolved "$(data 'grid[1]')" ' 12 bytes'
resolved "$(data 'grid[1][2]')" ' 4 bytes'
resolved "$(data 'color' 'println($value$)')" ' 4 bytes'
resolved "$(data only_two)" ' 2 bytes'
resolved "$(data 'only_two@two.c')" ' 2 bytes'
resolved "$(data 'twice@one.c')" ' 4 bytes'
resolved "$(data 'twice@two.c')" ' 8 bytes'
resolved "$(data 'o*d')" ' 8 bytes'
resolved "probe $m.function(\"called\") { println(\$n->in->depth) println(\$u) println(\$\$parms) println(\$n\$) }"
resolved "probe $m.function(\"called\").return { println(\$return) println(\$c) println(@entry(\$n->count)) }"
resolved "probe $m.function(\"after_six\") { println(\$seventh) }"
refused "$(data twice)" '1:36 [ambiguous]' && grep -q 'they are in one\.c, two\.c: "twice@one\.c" is the first of them' err
say $? "where they are"
refused "$(data 'twice@three.c')" '1:36 [no-variable]' 'twice.*three\.c'
refused "$(data 'head.nxt')" '1:42 [no-member]' "did you mean 'next'"
refused "$(data head '' 'length(4).cpu(0).read')" '1:61 [read-watch]'
refused "$(data bare)" '1:7 [no-length]'
refused "probe $m.function(\"kept\") { println(\$unused) }" '1:58 [nowhere]' "the parameter '\\\$unused'"
refused "probe module(\"./odd.ko\").data(\"odd->x\").length(4).write { }" '1:37 [no-pointer]'
refused "probe module(\"./odd.ko\").data(\"odd\").write { println(\$value->x) }" '1:54 [no-pointer]'
refused "probe module(\"./none.ko\").data(\"odd\").write { }" '1:14 [point-argument]' 'none\.ko: No such file'
refused "probe module(\"my-types.ko\").data(\"odd\").write { }" '1:14 [point-argument]'

"$WATCHTAP" -r "$RELEASE" -p 3 -e "$(data head.count)" > c 2> err
grep -qF '.module = "my_types"' c && grep -qF 'my_types:head+0x8 8 write' c
say $? "the kernel's name of the module"
# damaged: half of it
head -c 3000 my-types.ko > half.ko
"$WATCHTAP" -r "$RELEASE" -p 2 -e 'probe module("./half.ko").data("head.count").length(8).write { }' > out 2> err
[ $? = 1 ]
say $? "half a file"

# Lists
list() {
	"$WATCHTAP" -r "$RELEASE" "$@" > out 2> err
}
# lists NAME LINE...: that and nothing else
lists() {
	status=$?
	name=$1
	shift
	printf '%s\n' "$@" | cmp -s - out && [ $status = 0 ] && [ ! -s err ]
	say $? "$name"
}
list -l "$m.data(\"c*\"), $m.data(\"gr?d\")"
lists "-l of a module's variables" "$m.data(\"color\")" "$m.data(\"grid\")"
list -L "$m.data(\"c*\"), $m.data(\"g*\"), $m.data(\"head\")"
lists "-L of a module's variables" "$m.data(\"color\") enum color, 4 bytes, .bss" "$m.data(\"grid\") int [2][3], 24 bytes, .bss" \
	"$m.data(\"head\") struct node, 32 bytes, .bss"
list -L "$m.data(\"head.level\"), $m.data(\"head.in.bytes[2]\")"
lists "-L of members" "$m.data(\"head.level\") unsigned int, 5 bits" "$m.data(\"head.in.bytes[2]\") unsigned char, 1 bytes"
list -L "$m.function(\"called\")"
lists "-L of a function" "$m.function(\"called\") \$n:struct node * \$u:unsigned int \$c:char \$l:long int \$return:long int"
list -l "$m.function(\"use_t*\")"
lists "-l of a pattern" "$m.function(\"use_two\")" "$m.function(\"use_two_more\")"
list --types=btf -L 'kernel.function("vfs_write"), kernel.function("kfree")'
grep -qE '^kernel\.function\("vfs_write"\) \$file:struct file \* \$buf:.*char \* \$count:size_t \$pos:loff_t \* \$return:ssize_t$' out &&
	grep -qE '^kernel\.function\("kfree"\) \$objp?e?c?t?:.*void \*$' out
say $? "-L of functions, BTF"
list --types=btf -L 'kernel.data("runqueues")'
grep -qE '^kernel\.data\("runqueues"\) struct rq, [0-9]+ bytes, \.data\.\.percpu$' out
say $? "-L of a per-CPU variable, BTF"
list --types=headers -L 'kernel.data("panic_timeout"), kernel.data("init_task.comm")'
lists "-L, headers" 'kernel.data("panic_timeout") int, 4 bytes' 'kernel.data("init_task.comm") char [16], 16 bytes'
# not_listed TAG ARGUMENT...
not_listed() {
	tag=$1
	shift
	list "$@"
	[ $? = 1 ] && [ ! -s out ] && [ "$(grep -c 'error:' err)" = 1 ] && grep -qF "$tag" err
	say $? "$*: $tag"
}
not_listed '[list]' -l begin
not_listed '[list]' -L 'kernel.trace("x")'
not_listed '[point-argument]' -l 'kernel.data(1)'
not_listed '[no-match]' -l 'kernel.data("nothing_like_it*")'
not_listed '[no-match]' --types=btf -l 'kernel.data("panic_timeout")'
not_listed '[no-match]' --types=kallsyms -l 'kernel.data("panic_timeout")'
not_listed '[no-match]' --types=headers -l 'kernel.function("vfs_read")'
not_listed '[no-member]' -L 'kernel.data("init_pid_ns.no_such_member")'
not_listed '[syntax]' -l 'kernel.data('

# --types
without_length() {
	"$WATCHTAP" -r "$RELEASE" "--types=$1" -p 2 -e "probe kernel.data(\"$2\").write { }" > out 2> err
}
for types in headers btf,headers headers,btf,dwarf; do
	without_length $types panic_timeout && grep -q ' 4 bytes' out
	say $? "panic_timeout, --types=$types"
done
without_length btf runqueues.nr_running && grep -q ' 4 bytes' out
say $? "runqueues.nr_running, --types=btf"
for types in btf kallsyms; do
	without_length $types panic_timeout
	[ $? = 1 ] && grep -qF '[no-length]' err
	say $? "panic_timeout, --types=$types"
done
without_length btf '(int)panic_timeout' && without_length btf '(struct list_head)modules.next' && grep -q ' 8 bytes' out
say $? "casts, --types=btf"
without_length kallsyms '(struct list_head)modules'
[ $? = 1 ] && grep -qF '[unknown-type]' err && grep -q 'looked into nothing' err
say $? "a cast, --types=kallsyms"
# the headers know nothing of it, nor does BTF
without_length btf,headers vm_dirty_ratio
[ $? = 1 ] && grep -qF '[no-length]' err && grep -qF 'add .length(N)' err && [ "$(grep -c 'error:' err)" = 1 ]
say $? "vm_dirty_ratio asks for its length"
for types in '' btf,nix dwarf, ,btf 'btf headers' DWARF; do
	without_length "$types" panic_timeout
	[ $? = 1 ] && [ ! -s out ] && grep -q -- "--types takes dwarf, btf, headers or kallsyms, or several with commas, not '$types'" err
	say $? "--types='$types'"
done

# watch SYM without --length
watch() {
	"$WATCHTAP" watch -r "$RELEASE" --types=btf,headers -p 2 "$@" > out 2> err
}
watch panic_timeout && grep -q ' 4 bytes, writes' out
say $? "watch panic_timeout"
watch --rw init_pid_ns.level && grep -q ' 4 bytes, reads and writes' out
say $? "watch --rw init_pid_ns.level"
watch init_task.comm && grep -q ' 16 bytes, writes' out
say $? "watch init_task.comm"
watch --length 4 vm_dirty_ratio && grep -q ' 4 bytes, writes' out
say $? "watch --length 4 vm_dirty_ratio"
watch vm_dirty_ratio
[ $? = 1 ] && grep -qF '[no-length]' err && [ "$(grep -c 'error:' err)" = 1 ]
say $? "watch vm_dirty_ratio"

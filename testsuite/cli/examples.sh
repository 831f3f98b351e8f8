# timeout: 600
# The scripts of doc/language.md and examples/: all compile, and those that are
# shown with a command and what it prints do so in a VM.
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out err; fi
}

# extract DOCUMENT: each ```stp block becomes a script. A ```console block that
# begins with `# watchtap ... NAME.stp ...` is the command for the script before it,
# or of a file that is there: NAME.command, and NAME.expected from its other lines.
extract() {
	awk -v book="$(basename "$1" .md)" '
		/^```/ && kind == "" { kind = substr($0, 4); first = 1; next }
		/^```/ { close(file); kind = ""; next }
		kind == "stp" && first { file = script = book "-" ++n ".stp" }
		kind == "stp" { print > file }
		kind == "console" && first {
			shown = /^# watchtap / && match($0, / [a-z-]+\.stp( |$)/)
			name = substr($0, RSTART + 1, RLENGTH - 1)
			sub(/ $/, "", name)
		}
		kind == "console" && first && shown {
			if (script != "")
				system("mv " script " " name)
			script = ""
			sub(/\.stp$/, "", name)
			print substr($0, 3) > (name ".command")
			close(name ".command")
			file = name ".expected"
			printf "" > file
		}
		kind == "console" && !first && shown { print > file }
		{ first = 0 }' "$1"
}

# unlike EXPECTED GOT: says where they differ. `...` is any text, or any lines
# where it is all of a line.
unlike() {
	awk '
		function alike(want, got, part, n, i, at) {
			n = split(want, part, /\.\.\./)
			if (n < 2)
				return want == got
			if (substr(got, 1, length(part[1])) != part[1])
				return 0
			got = substr(got, length(part[1]) + 1)
			for (i = 2; i < n; i++) {
				at = index(got, part[i])
				if (!at)
					return 0
				got = substr(got, at + length(part[i]))
			}
			return length(got) >= length(part[n]) && substr(got, length(got) - length(part[n]) + 1) == part[n]
		}
		FILENAME == ARGV[1] { want[++n] = $0; next }
		{ got[++m] = $0 }
		END {
			j = 1
			for (i = 1; i <= n; i++) {
				if (want[i] == "...") { skip = 1; continue }
				while (skip && j <= m && !alike(want[i], got[j]))
					j++
				skip = 0
				if (j > m || !alike(want[i], got[j])) {
					print "the document: " want[i]
					print "the program:  " (j > m ? "nothing" : got[j])
					exit
				}
				j++
			}
			if (!skip && j <= m)
				print "the program goes on: " got[j]
		}' "$1" "$2"
}

cp "$SRCDIR"/examples/*.stp .
for script in *.stp; do
	grep -q "^## $script: " "$SRCDIR/examples/README.md" || echo "$script"
done > out 2> err
[ ! -s out ]
say $? "each example is explained"
extract "$SRCDIR/examples/README.md"
extract "$SRCDIR/doc/language.md"

# What an example's command is, where it is sourced: it stops after $pass, so it does without -c.
watchtap() {
	left=$#
	while [ "$left" -gt 0 ]; do
		if [ "$1" = -c ]; then
			shift
			left=$((left - 1))
		else
			set -- "$@" "$1"
		fi
		shift
		left=$((left - 1))
	done
	"$WATCHTAP" -r "$RELEASE" -p "$pass" "$@"
}

pass=3
for script in *.stp; do
	name=${script%.stp}
	# what the document shows a message of is compared below
	grep -q "^$script:[0-9]*:[0-9]*: " "$name.expected" 2> err && continue
	if [ -e "$name.command" ]; then . "./$name.command"; else watchtap "$script"; fi > out 2> err && [ ! -s err ]
	say $? "$script"
done

# the VM finds the modules in the cache
pass=4
for command in *.command; do
	. "./$command" > out 2>&1 || grep -q ' error: ' "${command%.command}.expected" || cat out
done
cat > guest <<'GUEST'
# each finds these as they are after a boot
settings='kernel/panic kernel/panic_on_oops vm/swappiness vm/laptop_mode'
for setting in $settings; do
	cat "/proc/sys/$setting"
done > before
for command in *.command; do
	for setting in $settings; do
		read -r value
		echo "$value" > "/proc/sys/$setting"
	done < before
	echo "=== $command"
	sed 's|^watchtap|"$WATCHTAP"|' "$command" > run
	sh run 2>&1 < /dev/null
done
GUEST
export WATCHTAP
"$WATCHTAP" vm --kernel="$RELEASE" -- sh guest > printed 2> err
awk '/^=== / { close(file); file = $2 ".got"; printf "" > file; next } file { print > file }' printed
for command in *.command; do
	name=${command%.command}
	touch "$command.got"
	# functions and offsets are those of Debian 12's kernels
	if grep -q 'kernel\.function' "$name.stp" && ! expr "$RELEASE" : '6\.12*\.' > got; then
		echo "UNSUPPORTED: $name.stp on this kernel"
		continue
	fi
	unlike "$name.expected" "$command.got" > out
	[ ! -s out ]
	say $? "$name.stp prints what is shown"
done

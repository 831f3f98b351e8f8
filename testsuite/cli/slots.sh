# SPDX-License-Identifier: GPL-2.0-or-later
# `watchtap slots` on made-up files. The tags: [not-loaded] [no-root] [cannot-read] [version] [usage]
say() {
	if [ "$1" = 0 ]; then echo "PASS: $2"; else echo "FAIL: $2"; cat out err; fi
}

# wait_for COMMAND...: until it succeeds, 10 seconds at most
wait_for() {
	tries=0
	until "$@" 2> /dev/null || [ $tries = 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}

# start COMMAND...: in the background, its output to out
start() {
	: > out
	"$@" > out 2> err &
	pid=$!
}

# lines COUNT: out has them
lines() {
	[ "$(wc -l < out)" -ge "$1" ]
}

# refused NAME TAG COMMAND...: one message with that tag, nothing on stdout
refused() {
	name=$1 tag=$2
	shift 2
	"$@" > out 2> err
	[ $? = 1 ] && [ ! -s out ] && [ "$(grep -c 'error: ' err)" = 1 ] && grep -q "error: .*\[$tag\]\$" err
	say $? "$name"
}

# made-up files: the arbiter's, and what a careless program makes of JSON
export WATCHTAP_PROC="$PWD/proc"
mkdir proc
cat > proc/slots << 'TABLE'
registers 4, held 1
0  armed  panic_timeout  kernel.data("panic_timeout")  (wt_test)
1  free
TABLE
cat > proc/slots.json << 'JSON'
{"interface":2,"slots":[
{"register":0,"state":"held","symbol":"panic_timeout","claims":[1]},
{"register":1,"state":"free"}]}

JSON

"$WATCHTAP" slots > out 2> err && cmp -s out proc/slots && [ ! -s err ]
say $? "the table as it is"
"$WATCHTAP" slots --json > out 2> err && [ "$(wc -l < out)" = 1 ] &&
	[ "$(tr -d '\n' < proc/slots.json)" = "$(cat out)" ] && [ ! -s err ]
say $? "--json is one line"
"$WATCHTAP" slots > /dev/full 2> err
[ $? = 1 ] && grep -q '\[output\]' err
say $? "full output"

# again and again
start "$WATCHTAP" slots --follow=0.1
wait_for lines 12
kill -INT $pid
wait $pid
[ $? = 0 ] && [ ! -s err ] && sed -n 1p out | grep -qE '^20[0-9-]{8} [0-9:]{8}\.[0-9]{3}$' &&
	sed -n 2,4p out | cmp -s - proc/slots && [ -z "$(sed -n 5p out)" ] &&
	sed -n 6p out | grep -qE '^20' && sed -n 7,9p out | cmp -s - proc/slots
say $? "--follow, until SIGINT"
start "$WATCHTAP" slots --follow=0.1 --json
wait_for lines 2
echo '{"interface":2,"changed":true}' > new && mv new proc/slots.json
wait_for grep -q changed out
kill -TERM $pid
wait $pid
[ $? = 0 ] && [ ! -s err ] && sed -n 1p out | grep -q panic_timeout && grep -q '"changed":true}$' out &&
	[ "$(grep -c '^{.*}$' out)" = "$(wc -l < out)" ]
say $? "--follow --json: an object on each line, until SIGTERM"
start "$WATCHTAP" slots --follow=1000
wait_for lines 4
kill -INT $pid
wait $pid
[ $? = 0 ] && [ "$(wc -l < out)" = 4 ]
say $? "SIGINT while nothing happens"
{ "$WATCHTAP" slots --follow=1000 2> err; echo $? > status; } | head -1 > out
[ "$(cat status)" = 0 ] && [ ! -s err ] && lines 1
say $? "a reader that goes ends it at once"
{ "$WATCHTAP" slots --follow=0.1 --json 2> err; echo $? > status; } | head -2 > out
[ "$(cat status)" = 0 ] && [ ! -s err ] && [ "$(grep -c changed out)" = 2 ]
say $? "--json for a reader of two lines"
{ "$WATCHTAP" slots 2> err; echo $? > status; } | true
[ "$(cat status)" = 0 ] && [ ! -s err ]
say $? "no reader"
cp -r proc large && seq 100000 > large/slots
mkfifo fifo && exec 3<> fifo
WATCHTAP_PROC=large "$WATCHTAP" slots --follow=0.1 > fifo 2> err &
pid=$!
read -r line <&3
sleep 0.3
kill -INT $pid
wait $pid
[ $? = 0 ] && [ ! -s err ] && [ -n "$line" ]
say $? "SIGINT while a reader does not read"
exec 3>&-

cp -r proc going
start env WATCHTAP_PROC=going "$WATCHTAP" slots --follow=0.1
wait_for lines 4
mv going gone
wait $pid
[ $? = 0 ] && [ "$(cat err)" = "note: watchtap_slots has gone: watchtap holds no debug register any more" ]
say $? "the arbiter goes"
# in one step: without the file the arbiter would be gone
mkdir -p broken/slots
ln -s gone going
ln -s broken next
start env WATCHTAP_PROC=going "$WATCHTAP" slots --follow=0.1
wait_for lines 4
mv -T next going
wait $pid
[ $? = 1 ] && grep -q '\[cannot-read\]$' err
say $? "the file cannot be read any more"

# a terminal of 6 rows and 24 columns
cp -r proc tall && { printf 'name \033[31m, and a line that is too long\n'; seq 10; } > tall/slots
terminal() {
	TERM=xterm script -qec "stty rows 6 cols 24 -onlcr; $1 timeout --foreground -s INT 1 '$WATCHTAP' slots --follow=0.2" /dev/null \
		< /dev/null | tr '\033' '@' > out 2> err
}
if command -v script > /dev/null; then
	terminal ""
	[ "$(grep -c '^@\[J@\[Hregisters' out)" -ge 1 ] && sed -n 1p out | grep -q '^@\[Hregisters 4, held 1@\[K$' &&
		! grep -q '^20' out
	say $? "redrawn in place on a terminal"
	terminal WATCHTAP_PROC=tall
	printf '@[Hname ?[31m, and a line @[K\n1@[K\n2@[K\n3@[K\n... and 7 lines more@[K\n' > want
	sed -n 1,5p out | cmp -s - want
	say $? "cut to the terminal's size"
	terminal TERM=dumb
	! grep -q '@' out && grep -q '^20' out
	say $? "a terminal that cannot be redrawn"
else
	echo "UNSUPPORTED: redrawn in place on a terminal: no script(1)"
fi

# what is not there, what may not be read
refused "not loaded" not-loaded env WATCHTAP_PROC="$PWD/nowhere" "$WATCHTAP" slots
[ "$(cat err)" = "watchtap: error: watchtap_slots is not loaded: watchtap holds no debug register [not-loaded]" ]
say $? "not loaded, in words"
refused "not loaded, --json" not-loaded env WATCHTAP_PROC="$PWD/nowhere" "$WATCHTAP" slots --json
refused "not loaded, --follow" not-loaded env WATCHTAP_PROC="$PWD/nowhere" "$WATCHTAP" slots --follow
mkdir -p folder/slots old && : > old/slots
refused "a file that is none" cannot-read env WATCHTAP_PROC="$PWD/folder" "$WATCHTAP" slots
refused "an arbiter without slots.json" version env WATCHTAP_PROC="$PWD/old" "$WATCHTAP" slots --json
chmod 000 proc/slots proc/slots.json
# root reads everything, but for the right to
without=
[ -r proc/slots ] && without="setpriv --bounding-set=-dac_override,-dac_read_search"
refused "not root" no-root $without "$WATCHTAP" slots
refused "not root, --json" no-root $without "$WATCHTAP" slots --json
chmod 644 proc/slots proc/slots.json

for wrong in --follow=0 --follow=0.09 --follow=nan --follow=1e9 --follow=x --follow= --nonsense -x --json=1 word; do
	refused "slots $wrong" usage "$WATCHTAP" slots "$wrong"
done
refused "--follow 0.2" usage "$WATCHTAP" slots --follow 0.2
grep -q -- '--follow=0.2 ' err
say $? "--follow 0.2: how it is written"

"$WATCHTAP" slots -h > out 2> err && [ ! -s err ] && "$WATCHTAP" slots -V 2> err | grep -q '^watchtap' && "$WATCHTAP" -h | grep -q 'watchtap slots'
say $? "-h, -V"
sed -nE 's/^  .*--([a-z]+).*/\1/p' out | while read -r option; do
	sed 's/\\//g' "$SRCDIR/doc/watchtap.1" | grep -qE -- "^\.B.*--$option" || echo "$option"
done > missing
[ "$(grep -c -- '^  .*--' out)" = 4 ] && [ ! -s missing ]
say $? "options in the manual page"

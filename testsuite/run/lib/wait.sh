# What several of the shell tests say.

# say STATUS NAME [FILE...]: the result of a test; the files show what was wrong.
say() {
	status_of_it=$1 name=$2
	shift 2
	if [ "$status_of_it" = 0 ]; then
		echo "PASS: $name"
	else
		echo "FAIL: $name"
		[ $# = 0 ] || tail -n 100 "$@"
	fi
}

# wait_lines PATTERN COUNT FILE: until so many lines have it, 15 seconds at most.
wait_lines() {
	tries=0
	until [ "0$(grep -cE "$1" "$3" 2> /dev/null)" -ge "$2" ] || [ $tries = 150 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}

# until_states STATE...: until the claims of wt_claims stand so, 5 seconds at most. Do they?
until_states() {
	tries=0
	until [ "$(cat /sys/module/wt_claims/parameters/states)" = "$*" ] || [ $tries = 100 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	[ "$(cat /sys/module/wt_claims/parameters/states)" = "$*" ]
}

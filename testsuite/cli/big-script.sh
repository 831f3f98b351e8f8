# SPDX-License-Identifier: GPL-2.0-or-later
# A script of 500 probes, 200 globals and 100 functions is built; how long that takes is told, not judged.
# timeout: 300
awk 'BEGIN {
	for (i = 0; i < 50; i++) {
		printf "global number%d, text%d = \"text%d\"\n", i, i, i
		printf "global array%d[100], sums%d\n", i, i
	}
	for (i = 0; i < 100; i++) {
		printf "function f%d(n, s) {\n\tif (n <= 0) return strlen(s)\n", i
		printf "\tfor (i = 0; i < n; i++) total += i * %d\n", i
		printf "\tarray%d[s, n] = total\n\treturn total + f%d(n - 1, s . \"%d\")\n}\n", i % 50, (i + 1) % 100, i
	}
	for (i = 0; i < 400; i++) {
		printf "probe %s(%d) {\n", i % 4 ? "begin" : "end", i
		printf "\tnumber%d++\n\ttext%d .= sprint(number%d)\n", i % 50, i % 50, (i + 1) % 50
		printf "\tsums%d <<< f%d(%d, text%d)\n", i % 50, i % 100, i % 5, (i + 7) % 50
		printf "\tforeach ([s, n] in array%d- limit 5)\n\t\tprintf(\"%%s %%d %%d\\n\", s, n, array%d[s, n])\n", i % 50, i % 50
		printf "\tif (@count(sums%d) > %d) printf(\"%%d %%d\\n\", @sum(sums%d), @avg(sums%d))\n}\n", i % 50, i, i % 50, i % 50
	}
	for (i = 0; i < 100; i++)
		printf "probe timer.ms(%d) { number%d += %d sums%d <<< number%d array%d[execname(), cpu()]++ }\n", \
			1000 + i, i % 50, i, (i + 3) % 50, i % 50, i % 50
}' > big.stp
[ "$(grep -c '^probe ' big.stp)" = 500 ] && [ "$(grep -cE '^function ' big.stp)" = 100 ]
if [ $? != 0 ]; then echo "FAIL: the script is written"; exit 1; fi
if [ -z "$RELEASE" ]; then echo "UNSUPPORTED: no kernel to build for"; exit 0; fi
# what is built once for a kernel does not count
"$WATCHTAP" -p 4 -r "$RELEASE" -e 'probe begin { exit() }' > /dev/null 2> err
start=$(date +%s%N)
if "$WATCHTAP" -p 4 -r "$RELEASE" -vv big.stp > out 2> err && [ -f "$(cat out)" ]; then
	echo "PASS: 500 probes, 200 globals, 100 functions"
else
	echo "FAIL: 500 probes, 200 globals, 100 functions"
fi
end=$(date +%s%N)
echo "$(((end - start) / 1000000)) ms"
grep '^Pass' err
n=$(grep -c -e ' -Og .* -DWT_PART=[0-9]' err)
if [ "$n" -gt 3 ] && ! grep -q -e ' -O2 ' err; then
	echo "PASS: it is compiled in parts"
else
	echo "FAIL: it is compiled in parts"
	cat err
fi

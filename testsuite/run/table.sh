# The lifecycle table, cell by cell: modules/table-*.stp print "== CELL" and
# what comes of it; the comments there, "//= LINE | LINE", say what is to come.
judge='
	function compare(cell) {
		if (wanted[cell] == got[cell])
			print "PASS: " table ": " cell
		else
			print "FAIL: " table ": " cell "\nexpected:\n" wanted[cell] "got:\n" got[cell]
	}
	NR == FNR {
		if (match($0, /cell\("[^"]*"\)/))
			cell = cells[++n] = substr($0, RSTART + 6, RLENGTH - 8)
		if (sub(/.*\/\/= /, "")) {
			gsub(/ \| /, "\n")
			wanted[cell] = wanted[cell] $0 "\n"
		}
		next
	}
	/^== / { cell = substr($0, 4); next }
	{ gsub(/wt_test_[0-9]+/, "SCRIPT"); got[cell] = got[cell] $0 "\n" }
	END { for (i = 1; i <= n; i++) compare(cells[i]) }
'
for table in plain arguments; do
	"$WATCHTAP" run "$SCRIPTS/table-$table.ko" > out 2> err
	status=$?
	awk -v table=$table "$judge" "$SRCDIR/testsuite/run/modules/table-$table.stp" out
	if [ "$status" = 0 ] && [ ! -s err ]; then
		echo "PASS: $table: the script ends well"
	else
		echo "FAIL: $table: the script ends well: status $status"
		cat err
	fi
done

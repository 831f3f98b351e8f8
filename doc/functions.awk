# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes doc/watchtap-functions.7 of the comments in the tapset:
#
#	awk -f doc/functions.awk runtime/builtins.def tapset/*.stp > doc/watchtap-functions.7
#
# A file of the tapset begins with // lines: the licence, a heading, an empty
# one, a paragraph. Each function has a comment, before it or, if it is written
# in C, alone:
#
#	/**
#	 * NAME(ARGUMENT, ...): what it returns or does
#	 * ARGUMENT: what it means, on one line
#	 * more about it; Error: when it fails
#	 */
#
# Types come from the function's head and from builtins.def. A function without
# a comment, or a comment without a function, is an error; private functions
# need none.

function fail(message)
{
	print FILENAME ":" FNR ": " message > "/dev/stderr"
	failed = 1
}

# As man pages have it.
function plain(text)
{
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	if (text ~ /^[.']/)
		text = "\\&" text
	return text
}

function type_of(letter)
{
	return letter == "d" ? ":long" : letter == "s" ? ":string" : ""
}

function key_of(name, list,   parts)
{
	return name "/" (list ~ /^ *$/ ? 0 : split(list, parts, ","))
}

# The comment that was read is about a function with this head.
function told(key, head)
{
	body[++bodies] = ".TP\n.B " plain(head) "\n" text
	has_comment[key] = 1
	text = ""
}

# A comment that no function followed is a builtin's.
function finish(   n, names, i, list)
{
	if (text == "")
		return
	if (!(key in c_args)) {
		fail("no function of this name and with so many arguments: " name "(" arguments ")")
		text = ""
		return
	}
	n = split(arguments, names, ", *")
	for (i = 1; i <= n; i++)
		list = list (i > 1 ? ", " : "") names[i] type_of(substr(c_args[key], i, 1))
	told(key, name type_of(c_type[key]) " (" list ")")
}

function add(line)
{
	text = text plain(line) "\n"
}

function sentence(line)
{
	line = toupper(substr(line, 1, 1)) substr(line, 2)
	return line ~ /[.!?]$/ ? line : line "."
}

# WT_BUILTIN(NAME, 'RETURN', CNAME, "ARGUMENTS", ...
FILENAME ~ /\.def$/ {
	if (/^WT_BUILTIN\(/) {
		split(substr($0, 12), field, ", *")
		gsub(/"/, "", field[4])
		c_type[field[1] "/" length(field[4])] = substr(field[2], 2, 1)
		c_args[field[1] "/" length(field[4])] = field[4]
	}
	next
}

FNR == 1 {
	finish()
	heading = paragraph = ""
	in_head = 1
	section = bodies
}

in_head && /^\/\/ SPDX/ { next }
in_head && /^\/\/ / && heading == "" { heading = substr($0, 4); next }
in_head && /^\/\/$/ { next }
in_head && /^\/\/ / { paragraph = paragraph plain(substr($0, 4)) "\n"; next }
in_head { in_head = 0 }

/^\/\*\*$/ {
	finish()
	in_comment = 1
	name = ""
	next
}

in_comment && /^ \*\/$/ {
	in_comment = 0
	next
}

in_comment && name == "" {
	line = substr($0, 4)
	at = index(line, "): ")
	name = substr(line, 1, index(line, "(") - 1)
	arguments = substr(line, length(name) + 2, at - length(name) - 2)
	if (!at || name !~ /^[A-Za-z_0-9]+$/)
		fail("the first line of a comment is NAME(ARGUMENTS): what it does")
	key = key_of(name, arguments)
	if (bodies == section)
		body[++bodies] = ".SS " plain(heading) "\n" paragraph
	add(sentence(substr(line, at + 3)))
	was_argument = 0
	next
}

in_comment {
	line = substr($0, 4)
	first = line
	sub(/:.*/, "", first)
	if (line ~ /: / && index(", " arguments ",", ", " first ",")) {
		text = text ".br\n.I " plain(first) "\n\\(em " plain(substr(line, length(first) + 3)) "\n"
		was_argument = 1
		next
	}
	if (was_argument || line ~ /^Error: /)
		text = text ".br\n"
	add(line)
	was_argument = 0
	next
}

/^function / {
	head = $0
	sub(/^function /, "", head)
	list = head
	sub(/^[^(]*\(/, "", list)
	sub(/\).*/, "", list)
	called = head
	sub(/[:( ].*/, "", called)
	if (text == "" || key_of(called, list) != key)
		fail("function " called " has no comment before it")
	else
		told(key, head)
}

END {
	finish()
	FILENAME = "runtime/builtins.def"
	for (key in c_args)
		if (!(key in has_comment))
			fail("builtin " key " has no comment in tapset/")
	if (failed)
		exit 1
	print ".\\\" Made by doc/functions.awk of the comments in tapset/: change them, not this."
	print ".TH WATCHTAP\\-FUNCTIONS 7 \"\" watchtap"
	print ".SH NAME\nwatchtap\\-functions \\- the functions of watchtap scripts"
	print ".SH DESCRIPTION"
	print "Names, arguments and results are SystemTap's. Where a line says what is an"
	print "error, it ends the handler, or goes to the\n.B catch\nof a\n.BR try ."
	print "No function waits or allocates memory; all may be called in every handler,"
	print "also where they have nothing to say there."
	for (i = 1; i <= bodies; i++)
		printf "%s", body[i]
	print ".SH SEE ALSO\n.BR watchtap (1)"
}

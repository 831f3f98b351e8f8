// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * translator/run/records.c and print.c on ring buffer pages made here, as the
 * kernel makes them; a SOCK_SEQPACKET stands for the control file.
 * Prints "ok N - name" or "not ok"; status 1 if one is not.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../runtime/wire.h"
#include "../../../translator/run/print.h"

#define PAGE 4096

static int count, failed;

static void report(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
	failed |= !good;
}

/* a page in the making */
static struct {
	struct wt_chunk chunk;
	unsigned char data[PAGE];
} page;
static size_t used;

static void page_begin(unsigned int cpu)
{
	memset(&page, 0, sizeof(page));
	page.chunk.cpu = cpu;
	used = 16;			/* time stamp, commit */
}

static void put32(uint32_t value)
{
	memcpy(page.data + used, &value, 4);
	used += 4;
}

/* an event of the ring buffer: type_len:5, delta:27, then for long ones the length */
static void page_add(const void *event, size_t bytes)
{
	size_t words = (bytes + 3) / 4;

	if (words <= 28) {
		put32(words | 7 << 5);
	} else {
		put32(0);
		put32(bytes + 4);
	}
	memcpy(page.data + used, event, bytes);
	used += words * 4;
}

static void page_extend_time(void)
{
	put32(30 | 5 << 5);
	put32(1);
}

static void page_send(int fd)
{
	uint64_t commit = used - 16;

	memcpy(page.data + 8, &commit, 8);
	page.chunk.bytes = used;
	if (write(fd, &page, sizeof(page.chunk) + PAGE) < 0)
		perror("write");
}

/* an event of ours */
static struct {
	struct wt_event head;
	unsigned char items[2000];
} event;

static void event_begin(uint64_t time, uint32_t serial, unsigned int probe)
{
	memset(&event, 0, sizeof(event));
	event.head.time = time;
	event.head.serial = serial;
	event.head.probe = probe;
}

static void event_item(unsigned int kind, unsigned int id, const void *bytes, size_t len)
{
	struct wt_item item = { kind, id, len };

	memcpy(event.items + event.head.bytes, &item, sizeof(item));
	memcpy(event.items + event.head.bytes + sizeof(item), bytes, len);
	event.head.bytes += sizeof(item) + len;
}

static void event_end(void)
{
	page_add(&event, sizeof(event.head) + event.head.bytes);
}

/* an event whose only item prints a number with format 0 */
static void number_event(uint64_t time, uint32_t serial, long long number)
{
	event_begin(time, serial, 0);
	event_item(WT_ITEM_PRINT, 0, &number, sizeof(number));
	event_end();
}

static char texts[][32 + META_SLACK] = {
	"%d\n", "%s(%d) %x %u\n", "[%5s|%-6d|%#x|%c]%%\n", "%*d|%.*s\n", "begin\n"
};
static const char *formats[] = { texts[0], texts[1], texts[2], texts[3], texts[4] };
static struct meta_probe probes[2];
static struct meta meta = { .formats = formats, .n_formats = 5, .probes = probes, .n_probes = 2 };
static char symbols_text[] =
	"ffffffff81000000 T _text\n"
	"ffffffff81000000 T _stext\n"
	"ffffffff81000100 T do_thing\n"
	"ffffffff81000150 t next_thing\n"
	"ffffffff82000000 D panic_timeout\n"
	"ffffffffc0001000 t mod_fn\t[mymod]\n"
	"ffffffffc0001080 t mod_end\t[mymod]\n";
static struct kallsyms symbols;
static struct output out;
static struct printer printer;
static struct records records;
static int feed, control;
static char path[] = "/tmp/records-test-XXXXXX";

static void set_up(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) < 0)
		exit(2);
	feed = pair[0];
	control = pair[1];
	symbols.text = strdup(symbols_text);
	symbols.size = strlen(symbols_text);
	symbols.read_at = ~0ull / 2;	/* never stale */
	if (output_open(&out, path) || printer_init(&printer, &out, &symbols, &meta) ||
	    records_init(&records, 4, PAGE))
		exit(2);
}

/* What was printed since set_up. */
static const char *printed(void)
{
	static char text[100000];
	int fd;
	ssize_t n;

	output_flush(&out);
	fd = open(path, O_RDONLY);
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	close(fd);
	return text;
}

static void tear_down(void)
{
	records_free(&records);
	printer_free(&printer);
	output_close(&out);
	kallsyms_free(&symbols);
	close(feed);
	close(control);
}

static void expect(const char *want, const char *name)
{
	const char *got = printed();
	int good = !strcmp(got, want);

	report(good, name);
	if (!good)
		printf("# got:  %s# want: %s", got, want);
}

static void merge(void)
{
	set_up();
	report(records_read(&records, control) == RECORDS_EMPTY, "nothing to read");
	page_begin(0);
	number_event(100, 1, 1);
	number_event(300, 2, 3);
	page_extend_time();
	number_event(500, 3, 5);
	page_send(feed);
	page_begin(3);
	number_event(200, 1, 2);
	number_event(400, 2, 4);
	page_send(feed);
	page_begin(3);
	number_event(600, 3, 6);
	page_send(feed);
	report(records_read(&records, control) == RECORDS_EMPTY && records.pending == 6 &&
	       records.newest == 600, "all was read");
	records_emit(&records, 99, printer_print, &printer);
	expect("", "nothing is older than the horizon");
	records_emit(&records, 400, printer_print, &printer);
	expect("1\n2\n3\n4\n", "two CPUs are merged up to the horizon");
	page_begin(1);
	number_event(450, 1, 45);
	page_send(feed);
	shutdown(feed, SHUT_WR);
	report(records_read(&records, control) == RECORDS_END, "the end is seen");
	records_emit(&records, RECORDS_ALL, printer_print, &printer);
	expect("1\n2\n3\n4\n45\n5\n6\n", "a CPU that commits late still sorts");
	report(!records.pending, "nothing is left");
	tear_down();
}

static void nesting(void)
{
	set_up();
	page_begin(0);
	number_event(110, 2, 2);	/* interrupted the one that began at 100 */
	number_event(100, 1, 1);
	number_event(120, 0x80000000u, 3);	/* one handler's parts, in any order */
	number_event(130, 0xffffffffu, 4);
	number_event(130, 1, 6);
	number_event(130, 0, 5);
	page_send(feed);
	page_begin(2);
	number_event(130, 7, 9);
	page_send(feed);
	records_read(&records, control);
	records_emit(&records, RECORDS_ALL, printer_print, &printer);
	expect("1\n2\n3\n4\n5\n6\n9\n", "nested handlers and parts on one CPU sort by time and serial");
	tear_down();
}

static void many(void)
{
	char *want = calloc(1, 100000), *at = want;
	int i, n = 0;

	set_up();
	for (i = 0; i < 60; i++) {
		int k, cpu = i % 4;

		page_begin(cpu);
		for (k = 0; k < 80; k++)	/* CPU c has c, c + 4, c + 8 ... */
			number_event(1000 + (i / 4 * 80 + k) * 4 + cpu, k, (i / 4 * 80 + k) * 4 + cpu);
		page_send(feed);
		n += 80;
		if (i % 13 == 12) {
			records_read(&records, control);
			records_emit(&records, 1000 + i / 4 * 80 * 4 - 1, printer_print, &printer);
		}
	}
	records_read(&records, control);
	records_emit(&records, RECORDS_ALL, printer_print, &printer);
	for (i = 0; i < n; i++)
		at += sprintf(at, "%d\n", i);
	report(!strcmp(printed(), want), "4800 events of 4 CPUs in order");
	tear_down();
	free(want);
}

static size_t put_string(unsigned char *at, const char *s)
{
	uint16_t len = strlen(s);

	memcpy(at, &len, 2);
	memcpy(at + 2, s, len);
	return 2 + len;
}

static size_t put_number(unsigned char *at, long long n)
{
	memcpy(at, &n, 8);
	return 8;
}

static void items(void)
{
	unsigned char a[600];
	uint64_t stack[] = { 0xffffffff81000112, 0xffffffff81000150, 0xffffffffc0001010, 0x10 };
	char longer[301];
	size_t n;

	set_up();
	page_begin(0);
	event_begin(1, 1, 1);
	event_item(WT_ITEM_PRINT, 4, "", 0);
	n = put_string(a, "sh");
	n += put_number(a + n, -42);
	n += put_number(a + n, 0xbeef);
	n += put_number(a + n, -1);
	event_item(WT_ITEM_PRINT, 1, a, n);
	n = put_string(a, "ab");
	n += put_number(a + n, 7);
	n += put_number(a + n, 255);
	n += put_number(a + n, 'z');
	event_item(WT_ITEM_PRINT, 2, a, n);
	n = put_number(a, 5);
	n += put_number(a + n, 42);
	n += put_number(a + n, 3);
	n += put_string(a + n, "abcdef");
	event_item(WT_ITEM_PRINT, 3, a, n);
	event_item(WT_ITEM_STACK, 1, stack, sizeof(stack));
	event_end();
	memset(longer, 'x', 300);
	longer[300] = '\0';
	event_begin(2, 2, 0);
	n = put_string(a, longer);
	n += put_number(a + n, 0);
	n += put_number(a + n, 0);
	n += put_number(a + n, 0);
	event_item(WT_ITEM_PRINT, 1, a, n);
	event_end();
	page_send(feed);
	records_read(&records, control);
	records_emit(&records, 1, printer_print, &printer);
	expect("begin\nsh(-42) beef 18446744073709551615\n[   ab|7     |0xff|z]%\n   42|abc\n"
	       " 0xffffffff81000112 : do_thing+0x12/0x50 [kernel]\n"
	       " 0xffffffff81000150 : do_thing+0x50/0x50 [kernel]\n"
	       " 0xffffffffc0001010 : mod_fn+0x10/0x80 [mymod]\n"
	       " 0x0000000000000010\n", "formats and stacks");
	records_emit(&records, 2, printer_print, &printer);
	report(strstr(printed(), "xxxxxx(0) 0 0\n") && strlen(printed()) > 300, "a long string, a long event");
	tear_down();
}

static int told;		/* what stderr is in broken() */

static int told_times(const char *text)
{
	char all[4096];
	ssize_t n = pread(told, all, sizeof(all) - 1, 0);
	int times = 0;

	all[n < 0 ? 0 : n] = '\0';
	for (const char *p = all; (p = strstr(p, text)); p++)
		times++;
	return times;
}

/* Each must be refused with a message, and never read past its end. */
static void broken(void)
{
	uint64_t commit = PAGE;
	struct wt_item cut = { WT_ITEM_PRINT, 0, 100 };

	set_up();
	told = memfd_create("told", 0);
	dup2(told, STDERR_FILENO);
	page_begin(0);
	event_begin(1, 1, 0);
	event_item(WT_ITEM_PRINT, 0, "abc", 3);	/* fewer bytes than the number has */
	event_end();
	event_begin(2, 2, 0);
	memcpy(event.items, &cut, sizeof(cut));	/* more bytes than the event has */
	event.head.bytes = sizeof(cut);
	event_end();
	event_begin(3, 3, 0);
	event_item(WT_ITEM_PRINT, 99, "", 0);	/* no such format */
	event_end();
	page_send(feed);
	report(records_read(&records, control) == RECORDS_EMPTY, "broken items are read");
	records_emit(&records, RECORDS_ALL, printer_print, &printer);
	report(printer.broken && told_times("[records]") == 1, "broken items are told, once");
	page_begin(0);
	event_begin(1, 1, 0);
	event.head.bytes = 500;
	page_add(&event, sizeof(event.head));
	page_send(feed);
	report(records_read(&records, control) == RECORDS_FAILED, "an event longer than its slot");
	page_begin(77);
	page_send(feed);
	report(records_read(&records, control) == RECORDS_FAILED, "a CPU that there is not");
	page_begin(0);
	page_send(feed);
	memcpy(page.data + 8, &commit, 8);
	page.chunk.bytes = 64;
	if (write(feed, &page, 100) < 0)
		perror("write");
	report(records_read(&records, control) == RECORDS_FAILED, "more committed than was read");
	report(told_times("[records]") == 4, "each broken page is told");
	tear_down();
}

int main(void)
{
	close(mkstemp(path));
	merge();
	nesting();
	many();
	items();
	broken();
	printf("1..%d\n", count);
	unlink(path);
	return failed;
}

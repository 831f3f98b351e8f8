// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Binding: every watched name must be one symbol, every range in the CPU's
 * units; a function's name may be a pattern. Probes that others make superfluous
 * are left out, and their names need not be there.
 */
#include <dirent.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "message.h"

/* Symbols of one name that are listed, and differences up to which names are alike. */
#define MAX_SHOWN	16
#define MAX_DISTANCE	2
#define MAX_NAME	128

/* The symbols of one range's name. */
struct matches {
	size_t n, n_text;		/* all; those that are functions */
	struct ksym sym[MAX_SHOWN];
};

/* The names of all ranges, then of the other symbols. */
struct search {
	const struct meta *meta;
	struct matches *matches;	/* one for each */
	uint64_t percpu_start, percpu_end;
	size_t n;
};

static bool is_text(const struct ksym *sym)
{
	return strchr("tTwW", sym->type) != NULL;
}

/* Names after these. */
static const char *const landmarks[] = { "__per_cpu_start", "__per_cpu_end" };

/* In a module's name - and _ are the same. A pattern is no name. */
static bool is_module(const struct ksym *sym, const char *module)
{
	size_t i;

	if (!sym->module)
		return false;
	for (i = 0; i < sym->module_len; i++)
		if (module[i] != sym->module[i] && !(module[i] == '-' && sym->module[i] == '_'))
			return false;
	return !module[i];
}

/* Where the module's section begins that the symbol lies in; 0: that is not told. */
static uint64_t section_of(const struct ksym *sym)
{
	uint64_t begin = 0, at;
	char path[512];
	struct dirent *e;
	DIR *sections;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/module/%.*s/sections", (int)sym->module_len, sym->module);
	sections = opendir(path);
	while (sections && (e = readdir(sections))) {
		snprintf(path, sizeof(path), "/sys/module/%.*s/sections/%.200s", (int)sym->module_len, sym->module, e->d_name);
		f = fopen(path, "re");	/* of a folder nothing can be read */
		if (f && fscanf(f, "%" SCNx64, &at) == 1 && at <= sym->address && at > begin)
			begin = at;
		if (f)
			fclose(f);
	}
	if (sections)
		closedir(sections);
	return begin;
}

/*
 * Is it the one of several of its name that was there when the file was linked?
 * Where the kernel is loaded is a multiple of 2 MiB away from that (KASLR); of a
 * module it is the place in its section.
 */
static bool is_linked_there(const struct ksym *sym, uint64_t linked_at)
{
	if (!linked_at)
		return true;
	return sym->module ? sym->address - section_of(sym) == linked_at : (sym->address - linked_at) % (2 << 20) == 0;
}

static bool is_wanted(const struct meta *meta, size_t which, const struct ksym *sym)
{
	const struct meta_range *range = which < meta->n_ranges ? &meta->ranges[which] : NULL;
	const struct meta_symbol *symbol = range ? NULL : &meta->symbols[which - meta->n_ranges];
	const char *module = range ? range->module : symbol->module;

	return (!module || is_module(sym, module)) && is_linked_there(sym, range ? range->linked_at : symbol->linked_at);
}

static void note_match(void *data, size_t which, const struct ksym *sym, const char *rest)
{
	struct search *search = data;
	struct matches *m = search->matches + which;

	(void)rest;
	if (which == search->n) {
		search->percpu_start = sym->address;
	} else if (which > search->n) {
		search->percpu_end = sym->address;
	} else if (is_wanted(search->meta, which, sym)) {
		if (m->n < MAX_SHOWN)
			m->sym[m->n] = *sym;
		m->n++;
		m->n_text += is_text(sym);
	}
}

/* Edits that turn a into b, or more than MAX_DISTANCE. */
static int distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned char row[MAX_NAME + 1];
	size_t i, j;

	if (a_len > MAX_NAME || a_len > b_len + MAX_DISTANCE || b_len > a_len + MAX_DISTANCE)
		return MAX_DISTANCE + 1;
	for (i = 0; i <= a_len; i++)
		row[i] = i;
	for (j = 1; j <= b_len; j++) {
		int diagonal = row[0], best;

		best = row[0] = j;
		for (i = 1; i <= a_len; i++) {
			int change = diagonal + (a[i - 1] != b[j - 1]);
			int least = row[i] < row[i - 1] ? row[i] + 1 : row[i - 1] + 1;

			diagonal = row[i];
			row[i] = change < least ? change : least;
			best = row[i] < best ? row[i] : best;
		}
		if (best > MAX_DISTANCE)
			return best;
	}
	return row[a_len];
}

/* Variables go before functions: that is what one watches. */
static bool nearest(const struct kallsyms *k, const char *name, struct ksym *ret)
{
	const char *line = k->text, *rest;
	int best = 2 * (MAX_DISTANCE + 1), score;
	size_t len = strlen(name);
	struct ksym sym;

	for (; (rest = kallsyms_line(k, line, &sym)); line = rest) {
		score = 2 * distance(name, len, sym.name, sym.name_len) + is_text(&sym);
		if (score < best && sym.name_len) {
			best = score;
			*ret = sym;
		}
	}
	return best < 2 * (MAX_DISTANCE + 1) && len > MAX_DISTANCE;
}

static bool is_loaded(const struct kallsyms *k, const char *module)
{
	const char *line = k->text, *rest;
	struct ksym sym;

	for (; (rest = kallsyms_line(k, line, &sym)); line = rest)
		if (is_module(&sym, module))
			return true;
	return false;
}

/* Why there is no address: said now, or where the script goes on without, to the watch. */
static int unknown(const struct kallsyms *k, struct meta_range *range)
{
	bool loaded = !range->module || is_loaded(k, range->module);
	struct ksym sym = { 0 };

	if (!loaded)
		snprintf(range->problem, sizeof(range->problem), "module %s not loaded", range->module);
	else if (range->module)
		snprintf(range->problem, sizeof(range->problem), "module %s has no symbol \"%s\"",
			 range->module, range->symbol);
	else
		snprintf(range->problem, sizeof(range->problem), "unknown symbol \"%s\"", range->symbol);
	if (range->may_fail || (!loaded && !range->must_start))
		return 0;
	run_error_at(range->place, loaded ? "unknown-symbol" : "no-module", "%s", range->problem);
	if (!loaded)
		run_note("add .later, and it is armed when the module arrives");
	else if (nearest(k, range->symbol, &sym))
		run_note("did you mean \"%.*s\"?", (int)sym.name_len, sym.name);
	return -1;
}

static int ambiguous(const struct matches *m, const struct meta_range *range)
{
	size_t i;

	run_error_at(range->place, "ambiguous-symbol", "%zu symbols are called \"%s\"", m->n, range->symbol);
	for (i = 0; i < m->n && i < MAX_SHOWN; i++)
		run_note("0x%" PRIx64 " in %.*s", m->sym[i].address,
			 m->sym[i].module ? (int)m->sym[i].module_len : 10,
			 m->sym[i].module ? m->sym[i].module : "the kernel");
	if (m->n > MAX_SHOWN)
		run_note("and %zu more", m->n - MAX_SHOWN);
	run_note("write the file that has it, \"%s@FILE.c\" (which takes debug information), or its address: kernel.data(0x%" PRIx64 ")",
		 range->symbol, m->sym[0].address);
	return -1;
}

/* Of a variable and functions of one name the variable is meant. */
static void drop_functions(struct matches *m)
{
	size_t i, kept = 0;

	if (m->n > MAX_SHOWN || m->n_text == 0 || m->n_text == m->n)
		return;
	for (i = 0; i < m->n; i++)
		if (!is_text(&m->sym[i]))
			m->sym[kept++] = m->sym[i];
	m->n = kept;
}

/*
 * What /proc/kallsyms has for a per-CPU variable is its __percpu pointer, to
 * which a CPU's offset is added: an offset from 0 up to Linux 6.14, on newer
 * ones the address of the template that no CPU uses; and the type of a
 * module's, which are in neither's range there, is that of absolute symbols.
 */
static bool is_per_cpu(const struct search *search, const struct ksym *sym)
{
	return !(sym->address >> 63) || (sym->module && (sym->type == 'a' || sym->type == 'A')) ||
	       (sym->address >= search->percpu_start && sym->address < search->percpu_end);
}

/* Is it what the script was compiled for? */
static int check_per_cpu(const struct search *search, const struct meta_range *range, const struct ksym *sym)
{
	bool is = is_per_cpu(search, sym);

	if (is == range->per_cpu && sym->address)
		return 0;
	run_error_at(range->place, "per-cpu-symbol", !is ? "\"%s\" is not a per-CPU variable" : !range->per_cpu ?
		     "\"%s\" is a per-CPU variable, and was not known as one: it has no address of its own" :
		     "\"%s\" is at the beginning of the per-CPU variables, which every trap reads", range->symbol);
	return -1;
}

static int bind_symbol(const struct kallsyms *k, const struct search *search,
		       struct meta_range *range, struct matches *m)
{
	const struct ksym *sym = m->sym;

	drop_functions(m);
	if (!m->n)
		return unknown(k, range);
	if (m->n > 1)
		return ambiguous(m, range);
	range->address = sym->address + range->offset;
	return check_per_cpu(search, range, sym);
}

/* The largest piece that a register can watch from there on: 1, 2, 4 or 8 bytes at a multiple of as many. */
static uint64_t piece_at(uint64_t address, uint64_t length)
{
	uint64_t unit = 8;

	while (unit > length || address % unit)
		unit /= 2;
	return unit;
}

/* So many registers there are on a CPU. */
#define MOST_PIECES 4

static int check_alignment(const struct meta_range *range)
{
	uint64_t at = range->address, end = at + range->length, unit;
	unsigned int n = 0;
	char pieces[512];
	size_t used = 0;

	for (; at < end && used < sizeof(pieces); at += unit, n++) {
		unit = piece_at(at, end - at);
		used += snprintf(pieces + used, sizeof(pieces) - used, "%s%" PRIu64 " at 0x%" PRIx64,
				 !used ? "" : at + unit == end ? " and " : ", ", unit, at);
	}
	if (n <= MOST_PIECES)
		return 0;
	run_error_at(range->place, "misaligned",
		     "%" PRIu64 " bytes at 0x%" PRIx64 " take %u registers, and a CPU has %d",
		     range->length, range->address, n, MOST_PIECES);
	run_note("the aligned pieces, each a watch of its own: %s", pieces);
	return -1;
}

/* Reads the symbols, where any are needed, and finds all the ranges' names at once; search->matches is to be freed. */
static int find_symbols(const struct meta *meta, struct kallsyms *k, struct search *search)
{
	const char **names = calloc(search->n + 2, sizeof(*names));
	bool symbols = false;
	int result = 0;
	size_t i, probe;

	search->matches = calloc(search->n + 1, sizeof(*search->matches));
	if (!names || !search->matches) {
		run_error("no-symbols", "out of memory");
		free(names);
		return -1;
	}
	for (i = 0; i < meta->n_ranges; i++) {
		names[i] = meta->ranges[i].symbol ? meta->ranges[i].symbol : "";
		symbols |= meta->ranges[i].symbol != NULL;
	}
	for (; i < search->n; i++) {
		names[i] = meta->symbols[i - meta->n_ranges].symbol;
		symbols = true;
	}
	memcpy(names + i, landmarks, sizeof(landmarks));
	for (probe = 0; probe < meta->n_probes; probe++)
		symbols |= meta->probes[probe].function != NULL;
	if (symbols)
		result = kallsyms_load(k);
	if (symbols && !result)
		kallsyms_find(k, names, i + 2, note_match, search);
	free(names);
	return result;
}

static int bind_ranges(struct meta *meta, const struct kallsyms *k, struct search *search, size_t probe)
{
	int result = 0;
	size_t i;

	for (i = 0; i < meta->n_ranges; i++) {
		struct meta_range *range = &meta->ranges[i];

		if (range->probe != probe)
			continue;
		if ((range->symbol && bind_symbol(k, search, range, &search->matches[i])) ||
		    check_alignment(range))
			result = -1;
	}
	return result;
}

/* What the compiler has made of a function, not the function. */
static bool is_derived(const struct ksym *sym)
{
	return memchr(sym->name, '.', sym->name_len) || sym->type == 'w' || sym->type == 'W';
}

static bool is_pattern(const char *name)
{
	return strpbrk(name, "*?") != NULL;
}

static bool matches_pattern(const char *name, size_t len, const char *pattern)
{
	char text[512];

	if (len >= sizeof(text))
		return false;
	memcpy(text, name, len);
	text[len] = '\0';
	return !fnmatch(pattern, text, 0);
}

static bool is_of(const struct ksym *sym, const char *module)
{
	return !module || (is_pattern(module) ? sym->module && matches_pattern(sym->module, sym->module_len, module) :
			   is_module(sym, module));
}

static bool is_meant(const struct ksym *sym, const struct meta_probe *probe)
{
	const char *name = probe->function;

	if (!is_text(sym) || !is_of(sym, probe->module))
		return false;
	if (!is_pattern(name))
		return !strncmp(name, sym->name, sym->name_len) && !name[sym->name_len] &&
		       is_linked_there(sym, probe->linked_at);
	return !is_derived(sym) && matches_pattern(sym->name, sym->name_len, name);
}

static int no_function(const struct kallsyms *k, const struct meta_probe *probe)
{
	if (probe->may_fail)
		return 0;
	if (probe->module && !is_pattern(probe->module) && !is_loaded(k, probe->module)) {
		run_error_at(probe->place, "no-module", "module %s not loaded", probe->module);
		run_note("load it first: a probe of functions does not wait for its module");
		return -1;
	}
	run_error_at(probe->place, "unknown-function-name", is_pattern(probe->function) ?
		     "no function%s%s is called like \"%s\"" : "there is no function%s%s \"%s\"",
		     probe->module ? " of module " : "", probe->module ? probe->module : "", probe->function);
	return -1;
}

static int add_function(struct meta_probe *probe, uint64_t address)
{
	uint64_t *more = realloc(probe->functions, (probe->n_functions + 1) * sizeof(*more));

	if (!more)
		return -1;
	probe->functions = more;
	more[probe->n_functions++] = address;
	return 0;
}

/* Functions of one name are all meant: static ones of several files. */
static int bind_function(const struct kallsyms *k, const struct meta *meta, struct meta_probe *probe)
{
	const char *line = k->text, *rest;
	struct ksym sym;

	for (; (rest = kallsyms_line(k, line, &sym)); line = rest)
		if (is_meant(&sym, probe) && add_function(probe, sym.address)) {
			run_error("no-symbols", "out of memory");
			return -1;
		}
	if (!probe->n_functions)
		return no_function(k, probe);
	if (probe->n_functions <= meta->max_functions)
		return 0;
	run_error_at(probe->place, "too-many-functions", "%zu functions are called like \"%s\", and %zu can be probed",
		     probe->n_functions, probe->function, meta->max_functions);
	run_note("-D MAXFUNCTIONS=%zu allows them", probe->n_functions);
	return -1;
}

/* Is what the probe stands for there? Of a watch all must be. */
static bool is_there(const struct meta *meta, size_t probe)
{
	size_t i;

	if (meta->probes[probe].left_out)
		return false;
	if (meta->probes[probe].function)
		return meta->probes[probe].n_functions;
	for (i = 0; i < meta->n_ranges; i++)
		if (meta->ranges[i].probe == probe && meta->ranges[i].symbol && !meta->ranges[i].address)
			return false;
	return true;
}

/* The probe that makes this one superfluous, or NULL. Its number is lower. */
static const struct meta_probe *better(const struct meta *meta, size_t probe)
{
	const char *at = meta->probes[probe].unless;
	char *end;

	for (; at && *at; at = end) {
		unsigned long other = strtoul(at, &end, 10);

		if (end == at || other >= probe)
			break;
		if (is_there(meta, other))
			return &meta->probes[other];
	}
	return NULL;
}

static void leave_out(struct meta *meta, size_t probe, const struct meta_probe *other)
{
	size_t i;

	meta->probes[probe].left_out = true;
	for (i = 0; i < meta->n_ranges; i++)
		if (meta->ranges[i].probe == probe)
			snprintf(meta->ranges[i].problem, sizeof(meta->ranges[i].problem), "%s was found",
				 other->spelling);
}

static int bind_probe(struct meta *meta, const struct kallsyms *k, struct search *search, size_t i)
{
	struct meta_probe *probe = &meta->probes[i];
	const struct meta_probe *other = better(meta, i);

	if (other) {
		leave_out(meta, i, other);
		return 0;
	}
	if (bind_ranges(meta, k, search, i))
		return -1;
	return probe->function ? bind_function(k, meta, probe) : 0;
}

/* Handlers that look at what is not there are told so: no address is no error yet, but two are. */
static int bind_others(struct meta *meta, struct search *search)
{
	size_t i;

	for (i = 0; i < meta->n_symbols; i++) {
		struct meta_symbol *symbol = &meta->symbols[i];
		struct matches *m = &search->matches[meta->n_ranges + i];

		drop_functions(m);
		if (m->n > 1) {
			run_error("ambiguous-symbol", "%zu symbols are called \"%s\"", m->n, symbol->symbol);
			return -1;
		}
		symbol->address = m->n ? m->sym[0].address : 0;
	}
	return 0;
}

int bind_module(struct meta *meta, struct kallsyms *k)
{
	struct search search = { .meta = meta, .n = meta->n_ranges + meta->n_symbols };
	int result = find_symbols(meta, k, &search);
	size_t i, n = result ? 0 : meta->n_probes;

	for (i = 0; i < n; i++)
		if (bind_probe(meta, k, &search, i))
			result = -1;
	if (!result)
		result = bind_others(meta, &search);
	free(search.matches);
	return result;
}

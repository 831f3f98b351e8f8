// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	replay FILE
 *
 * Replays a record of the arbiter's decisions (/proc/watchtap/record) from its
 * requests, with the pure policy, and holds what comes of it against every
 * answer and snapshot in it.  Without FILE it replays a record of its own, and
 * sees that no character of that can be changed unnoticed.
 *
 *	line.h    a line is read
 *	model.h   its operation is applied to claims as they were asked for
 *	judge.h   the snapshot is judged
 *	sample.h  a record
 */
#include "policy.c"

#include "judge.h"
#include "sample.h"

static struct model model;
static struct line line;

struct verdict {
	unsigned long lines;		/* that were right */
	unsigned long lost;		/* by the arbiter, which had no room */
	const char *wrong;		/* with the next one; NULL: nothing */
};

static void print_model(void)
{
	unsigned int i, k;

	for (i = 0; i < model.nstanding; i++) {
		const struct actor *actor = (const struct actor *)model.standing[i];

		printf("#   %llu,%d,%llu,%c", actor->id, actor->place.priority, actor->place.seniority,
		       actor->place.holds ? 'h' : 'w');
		for (k = 0; k < actor->place.pieces; k++)
			printf("%c%d@%llx/%u/%u", k ? '+' : ',',
			       actor->place.holds ? (int)actor->place.slot[k] : -1,
			       actor->place.piece[k].address, actor->place.piece[k].length,
			       actor->place.piece[k].access);
		printf("\n");
	}
}

/* What is wrong with a line, which is changed; or NULL. */
static const char *judge(char *text, unsigned long number)
{
	const char *wrong;
	int answer;

	if (!read_line(text, &line))
		return "not a line of a record";
	if (line.number != number)
		return "a line is missing";
	wrong = apply(&model, &line, &answer);
	if (wrong)
		return wrong;
	if (line.answer != answer)
		return "another answer";
	wrong = compare(&model, &line);
	return wrong ?: check(&line);
}

static struct verdict replay(FILE *file)
{
	struct verdict ret = { 0 };
	char *text = NULL;
	size_t size = 0;

	memset(&model, 0, sizeof(model));
	while (!ret.wrong && getline(&text, &size, file) >= 0) {
		if (sscanf(text, "lost %lu", &ret.lost) == 1)
			break;
		ret.wrong = judge(text, ret.lines);
		ret.lines += !ret.wrong;
	}
	free(text);
	return ret;
}

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "r");
	struct verdict verdict;

	if (!file) {
		perror(path);
		return 1;
	}
	verdict = replay(file);
	fclose(file);
	if (verdict.wrong) {
		printf("not ok - line %lu: %s\n# so it should stand, usable 0x%lx:\n",
		       verdict.lines + 1, verdict.wrong, model.usable);
		print_model();
		return 1;
	}
	printf("%s - %lu decisions, as many snapshots equal, %lu lost\n",
	       verdict.lines && !verdict.lost ? "ok" : "not ok", verdict.lines, verdict.lost);
	printf("# %lu batches granted, %lu refused; registers got %lu times, stolen %lu\n",
	       model.granted, model.turned_down, model.got, model.stolen);
	return !verdict.lines || verdict.lost;
}

static struct verdict replay_text(char *text)
{
	FILE *file = fmemopen(text, strlen(text), "r");
	struct verdict verdict;

	if (!file)
		exit(1);
	verdict = replay(file);
	fclose(file);
	return verdict;
}

/* Each digit and each state is another one, once. */
static bool finds_changes(const char *text, unsigned long lines)
{
	char *copy = strdup(text);
	bool found = true;
	size_t i;

	for (i = 0; text[i]; i++) {
		if (!strchr("0123456789hw", text[i]) || (i && strchr("wh", text[i]) && text[i - 1] != ','))
			continue;
		copy[i] = text[i] == 'h' ? 'w' : text[i] == 'w' ? 'h' : text[i] == '9' ? '8' : text[i] + 1;
		if (!replay_text(copy).wrong) {
			found = false;
			printf("# not noticed: character %zu, before: %.40s\n", i, text + i);
		}
		strcpy(copy, text);
	}
	free(copy);
	return found && lines;
}

/* A copy without one line; those that follow have the number of the one before them. */
static char *without(const char *text, unsigned long omitted)
{
	char *copy = NULL, *all = strdup(text), *rest = all, *one;
	unsigned long i, at = 0;
	size_t size;
	FILE *file = open_memstream(&copy, &size);

	for (i = 0; (one = strsep(&rest, "\n")) && *one; i++)
		if (i != omitted)
			fprintf(file, "%lu%s\n", at++, strchr(one, ' '));
	fclose(file);
	free(all);
	return copy;
}

/* Each line after which claims stand otherwise than before it is left out, once. */
static bool finds_omissions(const char *text, unsigned long lines)
{
	const char *before = ":\n", *stands, *one = text;
	bool found = lines;
	unsigned long i;
	size_t length;
	char *copy;

	for (i = 0; i < lines; i++, before = stands, one = strchr(one, '\n') + 1) {
		stands = strchr(one, ':');
		length = strcspn(stands, "\n") + 1;
		if (!strncmp(before, stands, length) || i + 1 == lines)
			continue;
		copy = without(text, i);
		if (!replay_text(copy).wrong) {
			found = false;
			printf("# not noticed: line %lu is missing\n", i);
		}
		free(copy);
	}
	return found;
}

int main(int argc, char **argv)
{
	struct verdict verdict;
	char *text;

	if (argc > 1)
		return replay_file(argv[1]);
	text = strdup(sample);
	verdict = replay_text(text);
	printf("%s 1 - a record is what the policy says%s%s\n", verdict.wrong ? "not ok" : "ok",
	       verdict.wrong ? " # " : "", verdict.wrong ?: "");
	if (verdict.wrong)
		print_model();
	printf("%s 2 - every changed number is found\n",
	       finds_changes(sample, verdict.lines) ? "ok" : "not ok");
	printf("%s 3 - every missing decision is found\n1..3\n",
	       finds_omissions(sample, verdict.lines) ? "ok" : "not ok");
	free(text);
	return 0;
}

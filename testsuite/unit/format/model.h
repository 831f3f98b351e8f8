/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a number is to look like, thought out a second time: digits by the C
 * library, put between sign, zeros and blanks one after the other. Compared for
 * every set of flags with widths, precisions and numbers at the edges.
 */
struct wish {
	char conversion;
	int left, plus, space, zero, alternate;
	int width, precision;		/* -1: none */
};

static const char *prefix_of(const struct wish *w, long number)
{
	switch (w->conversion) {
	case 'd':
	case 'i':
		return number < 0 ? "-" : w->plus ? "+" : w->space ? " " : "";
	case 'o':
		return w->alternate ? "0" : "";
	case 'p':
		return "0x";
	case 'x':
		return w->alternate ? "0x" : "";
	case 'X':
		return w->alternate ? "0X" : "";
	}
	return "";
}

static void digits_of(char conversion, unsigned long number, int negative, char *ret)
{
	switch (conversion) {
	case 'd':
	case 'i':
		number = negative ? 0 - number : number;
		/* fall through */
	case 'u':
		sprintf(ret, "%lu", number);
		break;
	case 'o':
		sprintf(ret, "%lo", number);
		break;
	case 'X':
		sprintf(ret, "%lX", number);
		break;
	default:
		sprintf(ret, "%lx", number);
	}
}

static void model(const struct wish *w, long number, char *ret)
{
	char digits[64], body[256] = "";
	const char *prefix = prefix_of(w, number);
	int zeros;

	digits_of(w->conversion, number, number < 0, digits);
	zeros = w->precision - (int)strlen(digits);
	if (w->zero && !w->left && zeros < w->width - (int)(strlen(digits) + strlen(prefix)))
		zeros = w->width - (int)(strlen(digits) + strlen(prefix));
	strcat(body, prefix);
	while (zeros-- > 0)
		strcat(body, "0");
	strcat(body, digits);
	sprintf(ret, w->left ? "%-*s" : "%*s", w->width < 0 ? 0 : w->width, body);
}

static void write_format(const struct wish *w, char *ret)
{
	ret += sprintf(ret, "%%%s%s%s%s%s", w->left ? "-" : "", w->plus ? "+" : "", w->space ? " " : "",
		       w->alternate ? "#" : "", w->zero ? "0" : "");
	if (w->width >= 0)
		ret += sprintf(ret, "%d", w->width);
	if (w->precision >= 0)
		ret += sprintf(ret, ".%d", w->precision);
	sprintf(ret, "%c", w->conversion);
}

static int check(const struct wish *w)
{
	static const long numbers[] = { 0, 1, -1, 7, 42, -42, 255, 99999, LONG_MAX, LONG_MIN, LONG_MIN + 1 };
	char format[64], got[256], want[256];
	int wrong = 0;

	write_format(w, format);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		format_with(got, sizeof(got), "d", format, numbers[i]);
		model(w, numbers[i], want);
		if (strcmp(got, want)) {
			printf("# \"%s\" of %ld: \"%s\", not \"%s\"\n", format, numbers[i], got, want);
			wrong++;
		}
	}
	return wrong;
}

/* Every conversion of numbers with every flag. */
static void model_numbers(void)
{
	static const int widths[] = { -1, 1, 2, 5, 21, 40 }, precisions[] = { -1, 0, 1, 4, 30 };
	static const char conversions[] = "diuoxXp";

	for (const char *c = conversions; *c; c++) {
		char name[] = "'?' is as the model has it";
		int wrong = 0;

		for (int flags = 0; flags < 32; flags++)
			for (int i = 0; i < 30; i++)
				wrong += check(&(struct wish){ *c, flags & 1, flags & 2, flags & 4,
					       flags & 8, flags & 16, widths[i % 6], precisions[i / 6] });
		name[1] = *c;
		report(!wrong, name);
	}
}

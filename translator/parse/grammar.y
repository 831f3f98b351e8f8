/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SystemTap's language and the words for watches. Nothing separates the
 * statements of a block: where a token can continue an expression, it does
 * (that is what the precedence STATEMENT_END means). What the parser does after
 * an error is arranged by feed.c.
 */
%code requires {
#include "parse/token.h"

struct parser {
	struct session *session;
	struct feed feed;
};

/* Lists while they are being read. */
struct expr_list { struct expr *first, *last; };
struct stmt_list { struct stmt *first, *last; };
struct var_list { struct var *first, *last; };
struct component_list { struct component *first, *last; };
struct point_list { struct point *first, *last; };
}

%code {
#include "diag.h"

#include <string.h>

static int yylex(union YYSTYPE *value, struct loc *loc, struct parser *parser);
static void yyerror(const struct loc *loc, struct parser *parser, const char *message);

/* Puts the tail behind the list; each X_append is given the last node, so that it need not walk. */
#define APPEND(append, list, tail) do {				\
	__typeof__(tail) tail_ = (tail);			\
	if ((list).first)					\
		append((list).last, tail_);			\
	else							\
		(list).first = tail_;				\
	(list).last = tail_;					\
} while (0)

#define YYLLOC_DEFAULT(current, rhs, n) \
	((current) = (n) ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))
/* Enough for MAX_NESTING of anything; what is deeper is reported as nesting. */
#define YYMAXDEPTH	(12 * MAX_NESTING)

#define MAX_NAME	1000	/* bytes of a name with wildcards */
#define MAX_ENTRIES	10000000 /* of an array; what memory allows is found out when it is made */

static struct token glue(struct parser *parser, struct token name, struct token next);
static struct definition *define(struct parser *parser, struct point *left, struct point *points,
				 struct stmt *body, bool epilogue);
static void add_globals(struct parser *parser, struct var_list list, bool is_private);
static struct var *size(struct parser *parser, struct var *var, const struct token *number, bool wraps);
static void take_value(struct parser *parser, struct foreach *foreach, struct expr *value);
static struct foreach all_keys(struct parser *parser, struct expr *list);
static struct expr *directed(struct parser *parser, struct expr *key, char direction);
}

%expect 0
%initial-action { (void)yynerrs; }	/* bison counts, and nobody asks */
%define api.pure full
%define api.token.raw
%define api.token.prefix {T_}
%define api.location.type {struct loc}
%define parse.error custom
%define parse.lac full
%locations
%param { struct parser *parser }

%union {
	struct token token;
	struct expr *expr;
	struct expr_list exprs;
	struct stmt *stmt;
	struct stmt_list stmts;
	struct var *var;
	struct var_list vars;
	struct component *component;
	struct component_list components;
	struct point *point;
	struct point_list points;
	enum type type;
	struct function *function;
	struct foreach foreach;
	char mark;
}

%token EOF 0 "end of file"
/* Made by the scanner for what it has reported, and by the feed after an error. */
%token BAD RESYNC
%token <token> IDENT "a name" WATCH "a watch's name" WATCH_CALL "a watch's name and '('" TARGET "a $variable" PRETTY "$ or $$" NUMBER "a number" STRING "a string"
%token <token>
	PROBE "probe" GLOBAL "global" PRIVATE "private" FUNCTION "function" IF "if" ELSE "else"
	FOR "for" WHILE "while" BREAK "break" CONTINUE "continue" NEXT "next" RETURN "return"
	FOREACH "foreach" DELETE "delete" IN "in" TRY "try" CATCH "catch" LIMIT "limit"
	STRING_TYPE "string" LONG_TYPE "long" STAR "*"
%token
	LBRACE "{" RBRACE "}" LPAREN "(" RPAREN ")" LBRACKET "[" RBRACKET "]"
	SEMICOLON ";" COMMA "," COLON ":" QUESTION "?" DOT "." ARROW "->"
	PLUS "+" MINUS "-" SLASH "/" PERCENT "%" BANG "!" TILDE "~" AND "&" XOR "^" OR "|"
	LOGAND "&&" LOGOR "||" SHL "<<" SHR ">>" USHR ">>>"
	LT "<" GT ">" LE "<=" GE ">=" EQ "==" NE "!=" MATCH "=~" NOMATCH "!~" INC "++" DEC "--"
	ASSIGN "=" ADD_ASSIGN "+=" SUB_ASSIGN "-=" MUL_ASSIGN "*=" DIV_ASSIGN "/=" MOD_ASSIGN "%="
	AND_ASSIGN "&=" XOR_ASSIGN "^=" OR_ASSIGN "|=" SHL_ASSIGN "<<=" SHR_ASSIGN ">>="
	USHR_ASSIGN ">>>=" CONCAT_ASSIGN ".=" AGGREGATE "<<<"
	/* contextual words, made by the filter: WATCH or WATCH_CALL always follows the first two */
	ENABLE "enable" DISABLE "disable" LATER "later"
/* ATWORD is one that nobody knows */
%token <token> ATWORD "an @word" STAT_WORD "@count" HIST_WORD "@hist_log" AT_WORD "@cast" EMBEDDED "embedded C"

%precedence STATEMENT_END
%precedence "else" ";" "(" "[" IDENT TARGET NUMBER STRING "enable" "disable" STAT_WORD HIST_WORD AT_WORD EMBEDDED
%right "=" "+=" "-=" "*=" "/=" "%=" "&=" "^=" "|=" "<<=" ">>=" ">>>=" ".=" "<<<"
%right "?" ":"
%left "||"
%left "&&"
%left "|"
%left "^"
%left "&"
%precedence "in"
%left "<" ">" "<=" ">=" "==" "!=" "=~" "!~"
%left "<<" ">>" ">>>"
%left "."
%left "+" "-"
%left "*" "/" "%"
%precedence UNARY "!" "~"
%precedence "++" "--"

%type <token> name name_part function_name member
%type <type> type type_name
%type <var> global param
%type <vars> globals params some_params
%type <component> component piece
%type <components> components
%type <function> function
%type <foreach> each_keys each_sort each_base
%type <point> point
%type <points> points
%type <mark> mark later direction some_direction wraps
%type <expr> condition literal expr postfix primary enable optional_expr each_key key limit message set
%type <exprs> args some_args keys each_key_list
%type <stmt> block stmt simple
%type <stmts> stmts

%%

script:
	%empty
|	script probe
|	script function
|	script PRIVATE function			{ $3->is_private = true; }
|	script globals_declaration
|	script EMBEDDED				{ script_add_embed(parser->session, @2, $2.text); }
|	script resync
|	script resync block
;

/* What could not be read; the feed has skipped it. */
resync:
	error RESYNC				{ yyerrok; }
;

probe:
	PROBE points block
		{ script_add_probe(parser->session, @1, $2.first, $3); }
|	PROBE points "=" points block		{ define(parser, $2.first, $4.first, $5, false); }
|	PROBE points "=" points block "," block
		{
			struct definition *d = define(parser, $2.first, $4.first, $5, false);

			if (d)
				d->after = $7;
		}
|	PROBE points "+=" points block		{ define(parser, $2.first, $4.first, $5, true); }
;

/* A point with {a, b} in it is several: so the last is not known. */
points:
	point					{ $$.first = $$.last = $1; }
|	points "," point			{ $$ = $1; point_append($$.last, $3); $$.last = $3; }
;

point:
	components mark condition
		{ $$ = point_new(parser->session, @1, $1.first, $2, $2 == '!', $3); }
;

mark:
	%empty					{ $$ = 0; }
|	"?"					{ $$ = '?'; }
|	"!"					{ $$ = '!'; }
;

condition:
	%empty					{ $$ = NULL; }
|	IF "(" expr ")"				{ $$ = $3; }
|	IF "(" resync ")"			{ $$ = NULL; }
;

components:
	piece					{ $$.first = $$.last = $1; }
|	components "." piece			{ $$ = $1; APPEND(component_append, $$, $3); }
|	components "." IF
		{ $$ = $1; APPEND(component_append, $$, component_new(parser->session, @3, $3.text, false, NULL)); }
;

piece:
	component
|	"{" points "}"				{ $$ = component_choices(parser->session, @1, $2.first); }
;

component:
	name					{ $$ = component_new(parser->session, @1, $1.text, false, NULL); }
|	name "(" some_args ")"
		{ $$ = component_new(parser->session, @1, $1.text, true, $3.first); }
;

name:
	name_part
|	name name_part				{ $$ = glue(parser, $1, $2); }
;

name_part:
	IDENT | "*" | PROBE | GLOBAL | PRIVATE | FUNCTION | ELSE | FOR | WHILE | BREAK | CONTINUE
|	NEXT | RETURN | FOREACH | DELETE | IN | TRY | CATCH | LIMIT | STRING_TYPE | LONG_TYPE
;

function:
	FUNCTION function_name type "(" params ")" block
		{ $$ = script_add_function(parser->session, @2, $2.text, $3, $5.first, $7, NULL); }
|	FUNCTION function_name type "(" params ")" ":" NUMBER block
		{
			$$ = script_add_function(parser->session, @2, $2.text, $3, $5.first, $9, NULL);
			$$->has_priority = true;
			$$->priority = $8.number;
		}
|	FUNCTION function_name type "(" params ")" EMBEDDED
		{
			embedded_check(parser->session, @7);
			$$ = script_add_function(parser->session, @2, $2.text, $3, $5.first, NULL, $7.text);
		}
|	FUNCTION function_name type "(" params ")" ":" NUMBER EMBEDDED
		{
			embedded_check(parser->session, @9);
			$$ = script_add_function(parser->session, @2, $2.text, $3, $5.first, NULL, $9.text);
			$$->has_priority = true;
			$$->priority = $8.number;
		}
;

function_name:
	IDENT | STRING_TYPE | LONG_TYPE
;

params:
	%empty					{ $$.first = $$.last = NULL; }
|	some_params
;

some_params:
	param					{ $$.first = $$.last = $1; }
|	some_params "," param			{ $$ = $1; APPEND(var_append, $$, $3); }
;

param:
	IDENT type				{ $$ = var_new(parser->session, @1, VAR_PARAM, $1.text, $2); }
;

type:
	%empty					{ $$ = TYPE_UNKNOWN; }
|	":" type_name				{ $$ = $2; }
;

type_name:
	STRING_TYPE				{ $$ = TYPE_STRING; }
|	LONG_TYPE				{ $$ = TYPE_LONG; }
;

globals_declaration:
	GLOBAL globals optional_semicolon		{ add_globals(parser, $2, false); }
|	PRIVATE globals optional_semicolon		{ add_globals(parser, $2, true); }
|	PRIVATE GLOBAL globals optional_semicolon	{ add_globals(parser, $3, true); }
;

optional_semicolon:
	%empty
|	";"
;

globals:
	global					{ $$.first = $$.last = $1; }
|	globals "," global			{ $$ = $1; APPEND(var_append, $$, $3); }
;

global:
	IDENT type				{ $$ = var_new(parser->session, @1, VAR_GLOBAL, $1.text, $2); }
|	IDENT type "=" literal
		{
			$$ = var_new(parser->session, @1, VAR_GLOBAL, $1.text, $2);
			$$->init = $4;
		}
|	IDENT "%" type
		{ $$ = size(parser, var_new(parser->session, @1, VAR_GLOBAL, $1.text, $3), NULL, true); }
|	IDENT wraps "[" NUMBER "]" wraps type
		{ $$ = size(parser, var_new(parser->session, @1, VAR_GLOBAL, $1.text, $7), &$4, $2 || $6); }
;

wraps:
	%empty					{ $$ = false; }
|	"%"					{ $$ = true; }
;

literal:
	NUMBER
		{ $$ = ($1.hex ? expr_hex_number : expr_number)(parser->session, @1, $1.number); }
|	"-" NUMBER
		{ $$ = expr_number(parser->session, @1, (int64_t)-(uint64_t)$2.number); }
|	STRING					{ $$ = expr_string(parser->session, @1, $1.text); }
;

block:
	"{" stmts "}"				{ $$ = stmt_block(parser->session, @1, $2.first); }
;

stmts:
	%empty					{ $$.first = $$.last = NULL; }
|	stmts stmt				{ $$ = $1; APPEND(stmt_append, $$, $2); }
;

stmt:
	block
|	simple ";"
|	simple					%prec STATEMENT_END
|	";"					{ $$ = stmt_simple(parser->session, @1, STMT_EMPTY); }
|	IF "(" expr ")" stmt			%prec STATEMENT_END
		{ $$ = stmt_if(parser->session, @1, $3, $5, NULL); }
|	IF "(" expr ")" stmt ELSE stmt		{ $$ = stmt_if(parser->session, @1, $3, $5, $7); }
|	WHILE "(" expr ")" stmt			{ $$ = stmt_while(parser->session, @1, $3, $5); }
|	FOR "(" optional_expr ";" optional_expr ";" optional_expr ")" stmt
		{ $$ = stmt_for(parser->session, @1, $3, $5, $7, $9); }
|	FOREACH "(" each_keys "in" each_base each_sort limit ")" stmt
		{
			$3.base = $5.base;
			$3.slice = $5.slice;
			if ($6.sort != SORT_NONE) {
				if ($3.sort != SORT_NONE)
					diag(parser->session, &@6, DIAG_SORT_TWICE);
				$3.sort = $6.sort;
				$3.sort_stat = $6.sort_stat;
				$3.descending = $6.descending;
			}
			$3.limit = $7;
			$3.body = $9;
			$$ = stmt_foreach(parser->session, @1, &$3);
		}
|	TRY block CATCH message block		{ $$ = stmt_try(parser->session, @1, $2, $4, $5); }
|	broken
		{ $$ = stmt_simple(parser->session, @1, STMT_EMPTY); }
;

message:
	%empty					{ $$ = NULL; }
|	"(" IDENT ")"				{ $$ = expr_ident(parser->session, @2, $2.text); }
;

each_keys:
	each_key				{ $$ = all_keys(parser, $1); }
|	"[" each_key_list "]"			{ $$ = all_keys(parser, $2.first); }
|	each_key "=" each_key			{ $$ = all_keys(parser, $3); take_value(parser, &$$, $1); }
|	each_key "=" "[" each_key_list "]"	{ $$ = all_keys(parser, $4.first); take_value(parser, &$$, $1); }
;

/* The direction of a name is kept as its operator until all are known: see all_keys(). */
each_key:
	IDENT direction
		{ $$ = directed(parser, expr_ident(parser->session, @1, $1.text), $2); }
;

each_key_list:
	each_key				{ $$.first = $$.last = $1; }
|	each_key_list "," each_key		{ $$ = $1; APPEND(expr_append, $$, $3); }
;

direction:
	%empty					{ $$ = 0; }
|	some_direction
;

some_direction:
	"+"					{ $$ = '+'; }
|	"-"					{ $$ = '-'; }
;

each_base:
	IDENT
		{ $$ = (struct foreach){ .base = expr_ident(parser->session, @1, $1.text) }; }
|	IDENT "[" keys "]"
		{ $$ = (struct foreach){ .base = expr_ident(parser->session, @1, $1.text), .slice = $3.first }; }
|	HIST_WORD "(" some_args ")"
		{ $$ = (struct foreach){ .base = expr_hist(parser->session, @1, $1.number, $3.first) }; }
;

each_sort:
	%empty					{ $$ = (struct foreach){ .sort = SORT_NONE }; }
|	some_direction
		{ $$ = (struct foreach){ .sort = SORT_VALUE, .sort_stat = STAT_NONE, .descending = $1 == '-' }; }
|	STAT_WORD some_direction
		{ $$ = (struct foreach){ .sort = SORT_VALUE, .sort_stat = $1.number, .descending = $2 == '-' }; }
;

limit:
	%empty					{ $$ = NULL; }
|	LIMIT expr				{ $$ = $2; }
;

broken:
	resync
|	FOREACH "(" resync ")" stmt
|	IF "(" resync ")" stmt			%prec STATEMENT_END
|	IF "(" resync ")" stmt ELSE stmt
|	WHILE "(" resync ")" stmt
|	FOR "(" resync ")" stmt
;

simple:
	expr					%prec STATEMENT_END
		{ $$ = stmt_expr(parser->session, @1, $1); }
|	RETURN					%prec STATEMENT_END
		{ $$ = stmt_return(parser->session, @1, NULL); }
|	RETURN expr				%prec STATEMENT_END
		{ $$ = stmt_return(parser->session, @1, $2); }
|	NEXT					{ $$ = stmt_simple(parser->session, @1, STMT_NEXT); }
|	BREAK					{ $$ = stmt_simple(parser->session, @1, STMT_BREAK); }
|	CONTINUE				{ $$ = stmt_simple(parser->session, @1, STMT_CONTINUE); }
|	DELETE expr				%prec STATEMENT_END
		{ $$ = stmt_delete(parser->session, @1, $2); }
;

optional_expr:
	%empty					{ $$ = NULL; }
|	expr
;

expr:
	postfix
|	"+" expr	%prec UNARY	{ $$ = expr_unary(parser->session, @1, OP_UNARY_PLUS, $2); }
|	"-" expr	%prec UNARY	{ $$ = expr_unary(parser->session, @1, OP_UNARY_NEG, $2); }
|	"!" expr			{ $$ = expr_unary(parser->session, @1, OP_UNARY_NOT, $2); }
|	"~" expr			{ $$ = expr_unary(parser->session, @1, OP_UNARY_BITNOT, $2); }
|	"&" expr	%prec UNARY	{ $$ = expr_unary(parser->session, @1, OP_ADDRESS, $2); }
|	"!~" expr	%prec UNARY
		{ $$ = expr_unary(parser->session, @1, OP_UNARY_NOT, expr_unary(parser->session, @1, OP_UNARY_BITNOT, $2)); }
|	expr "in" set			{ $$ = expr_in(parser->session, @2, $1, $3); }
|	"[" keys "]" "in" set		{ $$ = expr_in(parser->session, @4, $2.first, $5); }
|	expr "=~" expr			{ $$ = expr_match(parser->session, @2, $1, $3, false); }
|	expr "!~" expr			{ $$ = expr_match(parser->session, @2, $1, $3, true); }
|	expr "*" expr			{ $$ = expr_binary(parser->session, @2, OP_MUL, $1, $3); }
|	expr "/" expr			{ $$ = expr_binary(parser->session, @2, OP_DIV, $1, $3); }
|	expr "%" expr			{ $$ = expr_binary(parser->session, @2, OP_MOD, $1, $3); }
|	expr "+" expr			{ $$ = expr_binary(parser->session, @2, OP_ADD, $1, $3); }
|	expr "-" expr			{ $$ = expr_binary(parser->session, @2, OP_SUB, $1, $3); }
|	expr "." expr			{ $$ = expr_binary(parser->session, @2, OP_CONCAT, $1, $3); }
|	expr "<<" expr			{ $$ = expr_binary(parser->session, @2, OP_SHL, $1, $3); }
|	expr ">>" expr			{ $$ = expr_binary(parser->session, @2, OP_SHR, $1, $3); }
|	expr ">>>" expr			{ $$ = expr_binary(parser->session, @2, OP_USHR, $1, $3); }
|	expr "<" expr			{ $$ = expr_binary(parser->session, @2, OP_LT, $1, $3); }
|	expr ">" expr			{ $$ = expr_binary(parser->session, @2, OP_GT, $1, $3); }
|	expr "<=" expr			{ $$ = expr_binary(parser->session, @2, OP_LE, $1, $3); }
|	expr ">=" expr			{ $$ = expr_binary(parser->session, @2, OP_GE, $1, $3); }
|	expr "==" expr			{ $$ = expr_binary(parser->session, @2, OP_EQ, $1, $3); }
|	expr "!=" expr			{ $$ = expr_binary(parser->session, @2, OP_NE, $1, $3); }
|	expr "&" expr			{ $$ = expr_binary(parser->session, @2, OP_AND, $1, $3); }
|	expr "^" expr			{ $$ = expr_binary(parser->session, @2, OP_XOR, $1, $3); }
|	expr "|" expr			{ $$ = expr_binary(parser->session, @2, OP_OR, $1, $3); }
|	expr "&&" expr			{ $$ = expr_binary(parser->session, @2, OP_LOGAND, $1, $3); }
|	expr "||" expr			{ $$ = expr_binary(parser->session, @2, OP_LOGOR, $1, $3); }
|	expr "?" expr ":" expr		{ $$ = expr_ternary(parser->session, @1, $1, $3, $5); }
|	expr "=" expr			{ $$ = expr_assign(parser->session, @2, OP_NONE, $1, $3); }
|	expr "+=" expr			{ $$ = expr_assign(parser->session, @2, OP_ADD, $1, $3); }
|	expr "-=" expr			{ $$ = expr_assign(parser->session, @2, OP_SUB, $1, $3); }
|	expr "*=" expr			{ $$ = expr_assign(parser->session, @2, OP_MUL, $1, $3); }
|	expr "/=" expr			{ $$ = expr_assign(parser->session, @2, OP_DIV, $1, $3); }
|	expr "%=" expr			{ $$ = expr_assign(parser->session, @2, OP_MOD, $1, $3); }
|	expr "&=" expr			{ $$ = expr_assign(parser->session, @2, OP_AND, $1, $3); }
|	expr "^=" expr			{ $$ = expr_assign(parser->session, @2, OP_XOR, $1, $3); }
|	expr "|=" expr			{ $$ = expr_assign(parser->session, @2, OP_OR, $1, $3); }
|	expr "<<=" expr			{ $$ = expr_assign(parser->session, @2, OP_SHL, $1, $3); }
|	expr ">>=" expr			{ $$ = expr_assign(parser->session, @2, OP_SHR, $1, $3); }
|	expr ">>>=" expr		{ $$ = expr_assign(parser->session, @2, OP_USHR, $1, $3); }
|	expr ".=" expr			{ $$ = expr_assign(parser->session, @2, OP_CONCAT, $1, $3); }
|	expr "<<<" expr			{ $$ = expr_assign(parser->session, @2, OP_AGGREGATE, $1, $3); }
;

postfix:
	primary				%prec STATEMENT_END
|	enable
|	primary "++"			{ $$ = expr_crement(parser->session, @1, OP_INC, false, $1); }
|	primary "--"			{ $$ = expr_crement(parser->session, @1, OP_DEC, false, $1); }
|	"++" primary			%prec STATEMENT_END
		{ $$ = expr_crement(parser->session, @1, OP_INC, true, $2); }
|	"--" primary			%prec STATEMENT_END
		{ $$ = expr_crement(parser->session, @1, OP_DEC, true, $2); }
;

primary:
	NUMBER
		{ $$ = ($1.hex ? expr_hex_number : expr_number)(parser->session, @1, $1.number); }
|	STRING				{ $$ = expr_string(parser->session, @1, $1.text); }
|	TARGET				{ $$ = expr_target(parser->session, @1, $1.text); }
|	IDENT				%prec STATEMENT_END
		{ $$ = expr_ident(parser->session, @1, $1.text); }
|	IDENT "(" args ")"		{ $$ = expr_call(parser->session, @1, $1.text, $3.first); }
|	"(" expr ")"			{ $$ = $2; }
|	primary "[" keys "]"		{ $$ = expr_index(parser->session, @1, $1, $3.first); }
|	primary "->" member		{ $$ = expr_arrow(parser->session, @1, $1, $3.text); }
|	primary PRETTY			{ $$ = expr_arrow(parser->session, @1, $1, $2.text); }
|	STAT_WORD "(" some_args ")"	{ $$ = expr_stat(parser->session, @1, $1.number, $3.first); }
|	HIST_WORD "(" some_args ")"	{ $$ = expr_hist(parser->session, @1, $1.number, $3.first); }
|	AT_WORD "(" some_args ")"	{ $$ = expr_at(parser->session, @1, $1.number, $3.first); }
|	EMBEDDED			{ $$ = expr_embedded(parser->session, @1, $1.text); }
;

/* What something may be in. */
set:
	IDENT				{ $$ = expr_ident(parser->session, @1, $1.text); }
|	HIST_WORD "(" some_args ")"	{ $$ = expr_hist(parser->session, @1, $1.number, $3.first); }
;

/* A word of the language may be a member's name. */
member:
	IDENT | PROBE | GLOBAL | PRIVATE | FUNCTION | ELSE | FOR | WHILE | BREAK | CONTINUE
|	NEXT | RETURN | FOREACH | DELETE | IN | TRY | CATCH | LIMIT | IF
;

keys:
	key				{ $$.first = $$.last = $1; }
|	keys "," key			{ $$ = $1; APPEND(expr_append, $$, $3); }
;

key:
	expr
|	"*"				{ $$ = expr_any(parser->session, @1); }
;

/* No primary, so that a ++ on the next line begins a statement there. */
enable:
	ENABLE WATCH later
		{ $$ = expr_enable(parser->session, @1, true, $2.text, @2, false, NULL, $3); }
|	ENABLE WATCH_CALL "(" args ")" later
		{ $$ = expr_enable(parser->session, @1, true, $2.text, @2, true, $4.first, $6); }
|	DISABLE WATCH
		{ $$ = expr_enable(parser->session, @1, false, $2.text, @2, false, NULL, false); }
|	DISABLE WATCH_CALL "(" args ")"
		{ $$ = expr_enable(parser->session, @1, false, $2.text, @2, true, $4.first, false); }
;

later:
	%empty				{ $$ = false; }
|	LATER				{ $$ = true; }
;

args:
	%empty				{ $$.first = $$.last = NULL; }
|	some_args
;

some_args:
	expr				{ $$.first = $$.last = $1; }
|	some_args "," expr		{ $$ = $1; APPEND(expr_append, $$, $3); }
;

%%

static int yylex(union YYSTYPE *value, struct loc *loc, struct parser *parser)
{
	feed_next(&parser->feed, &value->token);
	*loc = value->token.loc;
	return value->token.kind;
}

/* Bison calls this only when its stack is full. */
static void yyerror(const struct loc *loc, struct parser *parser, const char *message)
{
	(void)message;
	if (!parser->session->too_deep)
		diag(parser->session, loc, DIAG_NESTING, MAX_NESTING);
	parser->session->too_deep = true;
}

static int yyreport_syntax_error(const yypcontext_t *context, struct parser *parser)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	int expected[YYNTOKENS];
	const char *names[YYNTOKENS + 1];
	int count = 0;

	if (parser->session->errors < MAX_SHOWN_ERRORS)		/* it takes long, and is not shown otherwise */
		count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
	if (count == YYENOMEM)
		return YYENOMEM;
	for (int i = 0; i < count; i++) {
		expected[i] = kinds[i];		/* the same numbers: api.token.raw */
		names[i] = yysymbol_name(kinds[i]);
	}
	names[count] = yysymbol_name(yypcontext_token(context));
	syntax_error(&parser->feed, expected, names, count);
	feed_resync(&parser->feed);
	return 0;
}

/* A key with its direction: as a ++ or -- of it, which all_keys() takes off again. */
static struct expr *directed(struct parser *parser, struct expr *key, char direction)
{
	if (!direction)
		return key;
	return expr_crement(parser->session, key->loc, direction == '+' ? OP_INC : OP_DEC, false, key);
}

static struct foreach all_keys(struct parser *parser, struct expr *list)
{
	struct foreach ret = { .sort_stat = STAT_NONE };
	struct expr **tail = &ret.keys, *next;

	for (int i = 0; list; list = next, i++) {
		struct expr *key = list;

		next = list->next;
		if (list->kind == EXPR_CREMENT) {
			key = list->crement.lvalue;
			if (ret.sort != SORT_NONE)
				diag(parser->session, &key->loc, DIAG_SORT_TWICE);
			ret.sort = SORT_KEY;
			ret.sort_key = i;
			ret.descending = list->crement.op == OP_DEC;
		}
		key->next = NULL;
		*tail = key;
		tail = &key->next;
	}
	return ret;
}

/* foreach (VALUE = ...); the value, too, may say that it is sorted by. */
static void take_value(struct parser *parser, struct foreach *foreach, struct expr *value)
{
	foreach->value = value;
	if (value->kind != EXPR_CREMENT)
		return;
	foreach->value = value->crement.lvalue;
	if (foreach->sort != SORT_NONE)
		diag(parser->session, &value->loc, DIAG_SORT_TWICE);
	foreach->sort = SORT_VALUE;
	foreach->descending = value->crement.op == OP_DEC;
}

/* A global that was declared as an array; number may be NULL. */
static struct var *size(struct parser *parser, struct var *var, const struct token *number, bool wraps)
{
	var->wraps = wraps;
	if (!number)
		return var;
	var->entries = number->number;
	if (var->entries < 1 || var->entries > MAX_ENTRIES)
		diag(parser->session, &number->loc, DIAG_ARRAY_SIZE, MAX_ENTRIES);
	return var;
}

/* A name with wildcards is written of several tokens with nothing between them. */
static struct token glue(struct parser *parser, struct token name, struct token next)
{
	if (!next.glued)
		diag(parser->session, &next.loc, DIAG_SYNTAX,
		     session_printf(parser->session, "unexpected '%s', expected '.', ',' or '{'", next.text));
	if (name.length > MAX_NAME)
		return name;
	name.length += next.length;
	if (name.length > MAX_NAME)
		diag(parser->session, &name.loc, DIAG_SYNTAX, "this name is too long");
	name.text = session_printf(parser->session, "%s%s", name.text, next.text);
	return name;
}

/*
 * What the left side of `probe NAME(a, b) = ...`, which is parsed as points, holds
 * more than a name with parameters; sets *ret_loc, to where. NULL if nothing.
 */
static const char *no_watch_name(const struct point *left, struct loc *ret_loc)
{
	for (const struct component *name = left->components; name; name = name->next) {
		*ret_loc = name->loc;
		if (strchr(name->name, '*'))
			return ", without wildcards";
		/* an alias may be called syscall.delete */
		if (name == left->components && scanner_name_kind(name->name) != T_IDENT)
			return ", and none of the language's words";
		if (name->has_parens && (name->next || name != left->components))
			return ", and only one identifier has parameters";
	}
	if (left->optional)
		return left->sufficient ? ", without '!'" : ", without '?'";
	if (left->condition) {
		*ret_loc = left->condition->loc;
		return "; a condition belongs to a point behind the '='";
	}
	if (left->next) {
		*ret_loc = left->next->loc;
		return "";
	}
	return NULL;
}

/* Adds a named watch or an alias, or says why there is none. */
static struct definition *define(struct parser *parser, struct point *left, struct point *points,
				 struct stmt *body, bool epilogue)
{
	struct session *session = parser->session;
	const struct component *name = left->components;
	struct var_list params = { 0 };
	struct definition *definition;
	struct loc loc;
	const char *wrong = no_watch_name(left, &loc);

	if (wrong) {
		diag(session, &loc, DIAG_WATCH_NAME, wrong);
		return NULL;
	}
	for (struct expr *arg = name->arg; arg; arg = arg->next) {
		if (arg->kind != EXPR_IDENT) {
			diag(session, &arg->loc, DIAG_WATCH_PARAMETER, name->name);
			return NULL;
		}
		APPEND(var_append, params, var_new(session, arg->loc, VAR_PARAM, arg->ident.name, TYPE_UNKNOWN));
	}
	definition = script_add_definition(session, name->loc, name->next ? left->spelling : name->name,
					   params.first, name->has_parens, points, body);
	definition->epilogue = epilogue;
	return definition;
}

static void add_globals(struct parser *parser, struct var_list list, bool is_private)
{
	struct var *var = list.first, *next;

	for (; var; var = next) {
		next = var->next;
		var->next = NULL;
		script_add_global(parser->session, var, var->init, is_private);
	}
}

int parse_source(struct session *session, struct source *source)
{
	struct parser *parser = session_alloc(session, sizeof(*parser));
	unsigned before = session->errors;

	parser->session = session;
	feed_open(&parser->feed, session, source);
	yyparse(parser);
	feed_close(&parser->feed);
	if (session->errors == before)
		declared_check(session, source);
	return session->errors == before ? 0 : -1;
}

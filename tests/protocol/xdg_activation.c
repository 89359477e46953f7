#include "protocol/xdg_activation.h"
#include "tests/protocol/exchange.h"

#include "xdg-activation-v1-client.h"

#include <string.h>

/* What is told to whoever decides. */
static struct activations {
	struct xdg_activation activation;
	int count;
	struct surface *last;
} activations;

static void activations_handle_activate(void *data, struct surface *surface)
{
	activations.count++;
	activations.last = surface;
}

static const struct xdg_activation_listener activations_listener = {
	.activate = activations_handle_activate,
};

static int activation_setup(void **state)
{
	harness_setup(state);
	struct harness *harness = *state;
	activations = (struct activations){
		.activation = {.listener = &activations_listener, .seat = &harness->seat}};
	assert_non_null(xdg_activation_create(harness->display, &activations.activation));
	return 0;
}

/* A client that was clicked on: its serial is one of the user's. */
struct launcher {
	struct party party;
	struct xdg_activation_v1 *activation;
	char token[64];
	int dones;
};

static void launcher_handle_done(
	void *data, struct xdg_activation_token_v1 *token, const char *name)
{
	struct launcher *launcher = data;
	assert_true(strlen(name) < sizeof launcher->token);
	strcpy(launcher->token, name);
	launcher->dones++;
}

static const struct xdg_activation_token_v1_listener launcher_listener = {
	.done = launcher_handle_done,
};

static void launcher_create(struct launcher *launcher, void **state)
{
	*launcher = (struct launcher){0};
	party_create(&launcher->party, state, 0);
	party_press(&launcher->party);
	launcher->activation = client_bind(launcher->party.client, &xdg_activation_v1_interface);
}

static struct xdg_activation_token_v1 *launcher_ask(struct launcher *launcher)
{
	struct xdg_activation_token_v1 *token =
		xdg_activation_v1_get_activation_token(launcher->activation);
	xdg_activation_token_v1_add_listener(token, &launcher_listener, launcher);
	return token;
}

/* launcher->token is one made with serial afterwards. */
static void launcher_get_token(struct launcher *launcher, uint32_t serial)
{
	struct client *client = launcher->party.client;
	struct xdg_activation_token_v1 *token = launcher_ask(launcher);
	int before = launcher->dones;
	xdg_activation_token_v1_set_serial(token, serial, client->seat);
	xdg_activation_token_v1_set_app_id(token, "org.example");
	xdg_activation_token_v1_set_surface(token, launcher->party.surface);
	xdg_activation_token_v1_commit(token);
	client_expect_alive(client);
	assert_int_equal(launcher->dones, before + 1);
	xdg_activation_token_v1_destroy(token);
}

static void activate(struct launcher *launcher, const char *token)
{
	xdg_activation_v1_activate(launcher->activation, token, launcher->party.surface);
	client_expect_alive(launcher->party.client);
}

/* From one client to another, even when its maker has ended; and once. */
static void test_a_token_is_passed_on(void **state)
{
	struct launcher launcher, launched;
	launcher_create(&launcher, state);
	launcher_create(&launched, state);
	launcher_get_token(&launcher, launcher.party.serial);
	assert_int_equal(strlen(launcher.token), 32);
	client_destroy(launcher.party.client);
	activate(&launched, launcher.token);
	assert_int_equal(activations.count, 1);
	assert_ptr_equal(activations.last, launched.party.server);
	activate(&launched, launcher.token);
	assert_int_equal(activations.count, 1);
	client_destroy(launched.party.client);
}

/* Tokens without an action of the user's, or with another client's: given, and worth nothing. */
static void test_tokens_without_a_serial(void **state)
{
	struct launcher launcher, other;
	launcher_create(&launcher, state);
	launcher_create(&other, state);
	launcher_get_token(&launcher, other.party.serial);
	activate(&launcher, launcher.token);
	launcher_get_token(&launcher, 0);
	activate(&launcher, launcher.token);
	launcher_get_token(&launcher, UINT32_MAX);
	activate(&launcher, launcher.token);
	xdg_activation_token_v1_commit(launcher_ask(&launcher));
	client_expect_alive(launcher.party.client);
	assert_int_equal(launcher.dones, 4);
	activate(&launcher, launcher.token);
	assert_int_equal(activations.count, 0);
	client_destroy(other.party.client);
	client_destroy(launcher.party.client);
}

static void test_hostile_names(void **state)
{
	char longest[4000];
	memset(longest, '0', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	struct launcher launcher;
	launcher_create(&launcher, state);
	launcher_get_token(&launcher, launcher.party.serial);
	activate(&launcher, "");
	activate(&launcher, longest);
	launcher.token[31] = launcher.token[31] == '0' ? '1' : '0';
	activate(&launcher, launcher.token);
	assert_int_equal(activations.count, 0);
	client_destroy(launcher.party.client);
}

/* One client cannot push out the token of another, however many it makes. */
static void test_hostile_crowd(void **state)
{
	struct launcher launcher, crowd;
	char first[64];
	launcher_create(&launcher, state);
	launcher_create(&crowd, state);
	launcher_get_token(&launcher, launcher.party.serial);
	launcher_get_token(&crowd, crowd.party.serial);
	strcpy(first, crowd.token);
	for (int i = 0; i < 2 * XDG_ACTIVATION_MAX_TOKENS; i++)
		launcher_get_token(&crowd, crowd.party.serial);
	activate(&launcher, first);
	assert_int_equal(activations.count, 0);
	activate(&launcher, launcher.token);
	assert_int_equal(activations.count, 1);
	activate(&launcher, crowd.token);
	assert_int_equal(activations.count, 2);
	client_destroy(crowd.party.client);
	client_destroy(launcher.party.client);
}

/* Nor can many clients make the table grow: the oldest go. */
static void test_hostile_clients(void **state)
{
	struct launcher first, last;
	launcher_create(&first, state);
	launcher_get_token(&first, first.party.serial);
	for (int i = 0; i < XDG_ACTIVATION_MAX_TOKENS; i++) {
		launcher_create(&last, state);
		launcher_get_token(&last, last.party.serial);
		client_destroy(last.party.client);
	}
	activate(&first, first.token);
	assert_int_equal(activations.count, 0);
	activate(&first, last.token);
	assert_int_equal(activations.count, 1);
	client_destroy(first.party.client);
}

static void test_hostile_second_use(void **state)
{
	for (int i = 0; i < 4; i++) {
		struct launcher launcher;
		launcher_create(&launcher, state);
		struct xdg_activation_token_v1 *token = launcher_ask(&launcher);
		xdg_activation_token_v1_commit(token);
		if (i == 0)
			xdg_activation_token_v1_commit(token);
		else if (i == 1)
			xdg_activation_token_v1_set_serial(token, 1, launcher.party.client->seat);
		else if (i == 2)
			xdg_activation_token_v1_set_app_id(token, "late");
		else
			xdg_activation_token_v1_set_surface(token, launcher.party.surface);
		client_expect_error(launcher.party.client, &xdg_activation_token_v1_interface,
			XDG_ACTIVATION_TOKEN_V1_ERROR_ALREADY_USED);
		client_destroy(launcher.party.client);
	}
}

#define activation_test(function) \
	cmocka_unit_test_setup_teardown(function, activation_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		activation_test(test_a_token_is_passed_on),
		activation_test(test_tokens_without_a_serial),
		activation_test(test_hostile_names),
		activation_test(test_hostile_crowd),
		activation_test(test_hostile_clients),
		activation_test(test_hostile_second_use),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

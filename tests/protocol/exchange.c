#include "tests/protocol/exchange.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void party_handle_enter(void *data, struct wl_pointer *pointer, uint32_t serial,
	struct wl_surface *surface, wl_fixed_t x, wl_fixed_t y)
{
	struct party *party = data;
	party->enters++;
	party->serial = serial;
}

static void party_handle_leave(
	void *data, struct wl_pointer *pointer, uint32_t serial, struct wl_surface *surface)
{
	((struct party *)data)->leaves++;
}

static void party_handle_motion(
	void *data, struct wl_pointer *pointer, uint32_t time, wl_fixed_t x, wl_fixed_t y)
{
	((struct party *)data)->motions++;
}

static void party_handle_button(void *data, struct wl_pointer *pointer, uint32_t serial,
	uint32_t time, uint32_t button, uint32_t pressed)
{
	struct party *party = data;
	party->buttons++;
	party->serial = serial;
}

static void party_handle_axis(
	void *data, struct wl_pointer *pointer, uint32_t time, uint32_t axis, wl_fixed_t value)
{
}

static void party_handle_frame(void *data, struct wl_pointer *pointer)
{
}

static const struct wl_pointer_listener party_pointer_listener = {
	.enter = party_handle_enter,
	.leave = party_handle_leave,
	.motion = party_handle_motion,
	.button = party_handle_button,
	.axis = party_handle_axis,
	.frame = party_handle_frame,
};

static void party_handle_type(void *data, struct wl_data_offer *offer, const char *mime_type)
{
	((struct party *)data)->types++;
}

static void party_handle_source_actions(void *data, struct wl_data_offer *offer, uint32_t actions)
{
	((struct party *)data)->source_actions = actions;
}

static void party_handle_action(void *data, struct wl_data_offer *offer, uint32_t action)
{
	((struct party *)data)->action = action;
}

static const struct wl_data_offer_listener party_offer_listener = {
	.offer = party_handle_type,
	.source_actions = party_handle_source_actions,
	.action = party_handle_action,
};

static void party_handle_offer(
	void *data, struct wl_data_device *device, struct wl_data_offer *offer)
{
	struct party *party = data;
	party->introduced = offer;
	party->types = 0;
	wl_data_offer_add_listener(offer, &party_offer_listener, party);
}

static void party_handle_drag_enter(void *data, struct wl_data_device *device, uint32_t serial,
	struct wl_surface *surface, wl_fixed_t x, wl_fixed_t y, struct wl_data_offer *offer)
{
	struct party *party = data;
	party->drag_enters++;
	party->drag = offer;
}

static void party_handle_drag_leave(void *data, struct wl_data_device *device)
{
	((struct party *)data)->drag_leaves++;
}

static void party_handle_drag_motion(
	void *data, struct wl_data_device *device, uint32_t time, wl_fixed_t x, wl_fixed_t y)
{
	((struct party *)data)->drag_motions++;
}

static void party_handle_drop(void *data, struct wl_data_device *device)
{
	((struct party *)data)->drops++;
}

static void party_handle_selection(
	void *data, struct wl_data_device *device, struct wl_data_offer *offer)
{
	struct party *party = data;
	party->selections++;
	party->selection = offer;
}

static const struct wl_data_device_listener party_device_listener = {
	.data_offer = party_handle_offer,
	.enter = party_handle_drag_enter,
	.leave = party_handle_drag_leave,
	.motion = party_handle_drag_motion,
	.drop = party_handle_drop,
	.selection = party_handle_selection,
};

void party_create(struct party *party, void **state, uint32_t version)
{
	*party = (struct party){.client = client_create(*state, version)};
	struct client *client = party->client;
	party->pointer = wl_seat_get_pointer(client->seat);
	wl_pointer_add_listener(party->pointer, &party_pointer_listener, party);
	party->device = wl_data_device_manager_get_data_device(client->data, client->seat);
	wl_data_device_add_listener(party->device, &party_device_listener, party);
	party->surface = wl_compositor_create_surface(client->compositor);
	wl_surface_attach(party->surface, client_buffer(client, 10, 10), 0, 0);
	wl_surface_commit(party->surface);
	party->server = client_surface(client, party->surface);
}

void party_press(struct party *party)
{
	struct seat *seat = &party->client->harness->seat;
	pointer_set_focus(seat, party->server, 1, 1);
	pointer_button(seat, 1, 0x110, false); /* of an earlier press */
	pointer_button(seat, 1, 0x110, true);
	client_expect_alive(party->client);
}

static void source_handle_target(void *data, struct wl_data_source *wl, const char *mime_type)
{
	struct source *source = data;
	source->targets++;
	source->accepted = mime_type;
}

static void source_handle_send(
	void *data, struct wl_data_source *wl, const char *mime_type, int32_t fd)
{
	((struct source *)data)->sends++;
	assert_int_equal(write(fd, "the data", 8), 8);
	close(fd);
}

static void source_handle_cancelled(void *data, struct wl_data_source *wl)
{
	((struct source *)data)->cancels++;
}

static void source_handle_drop(void *data, struct wl_data_source *wl)
{
	((struct source *)data)->drops++;
}

static void source_handle_finished(void *data, struct wl_data_source *wl)
{
	((struct source *)data)->finishes++;
}

static void source_handle_action(void *data, struct wl_data_source *wl, uint32_t action)
{
	((struct source *)data)->action = action;
}

static const struct wl_data_source_listener source_listener = {
	.target = source_handle_target,
	.send = source_handle_send,
	.cancelled = source_handle_cancelled,
	.dnd_drop_performed = source_handle_drop,
	.dnd_finished = source_handle_finished,
	.action = source_handle_action,
};

void source_create(struct source *source, struct party *party, uint32_t actions)
{
	*source = (struct source){
		.wl = wl_data_device_manager_create_data_source(party->client->data)};
	wl_data_source_add_listener(source->wl, &source_listener, source);
	wl_data_source_offer(source->wl, EXCHANGE_TYPE);
	if (actions)
		wl_data_source_set_actions(source->wl, actions);
}

void offer_read(
	struct wl_data_offer *offer, struct party *reader, struct party *writer, char text[32])
{
	int fds[2];
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	wl_data_offer_receive(offer, EXCHANGE_TYPE, fds[1]);
	client_expect_alive(reader->client);
	close(fds[1]);
	if (writer)
		client_expect_alive(writer->client);
	ssize_t n = read(fds[0], text, 31);
	assert_true(n >= 0); /* else somebody still holds the other end */
	text[n] = 0;
	assert_int_equal(n > 0 ? read(fds[0], text + n, 1) : 0, 0);
	close(fds[0]);
}

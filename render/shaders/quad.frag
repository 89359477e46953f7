#version 450

// Compiled twice: with VIDEO the sampler brings luma and chroma together, and texels can only be had through it.

// enum pipeline_filter: each has pipelines of its own, for a driver that compiles for the CPU takes long for all of them.
layout(constant_id = 0) const int filter_kind = 0;
const int EXACT = 0, LINEAR = 1;

layout(set = 0, binding = 0) uniform sampler2D pixels;

// struct pipeline_constants
layout(push_constant) uniform Constants {
	ivec4 row_x;    // target pixel to buffer pixel, in 65536ths: x, y and 1 times these
	ivec4 row_y;
	vec4 bounds;    // the buffer pixels that may be seen: first and last, inclusive
	vec4 color;     // multiplies, premultiplied
	vec4 ycbcr;     // of video: struct ycbcr
	vec2 size;      // of the buffer, pixels
	vec2 footprint; // how much of the buffer lies below a target pixel, pixels
	vec2 depth;     // of video: a sample's steps in what is read as 1, and in a step of 8 bits
	float opaque;   // 1: the texture's alpha counts as 1
	float steps;    // the target's, by which channels are counted on the way too; 0: by none
} constants;

layout(location = 0) out vec4 color;

// What a channel of 1 is on the way: counted in the target's steps, all is a whole number there.
float whole()
{
	return constants.steps > 0.0 ? constants.steps : 1.0;
}

// To the nearest step, as pixman rounds wherever it puts down a channel in 8 bits.
vec4 stepped(vec4 channels)
{
	return constants.steps > 0.0 ? floor(channels + 0.5) : channels;
}

// The nearest of the pixels that may be seen.
vec2 inside(vec2 place)
{
	return clamp(place, constants.bounds.xy, constants.bounds.zw);
}

#ifdef VIDEO
// Cr, luma and Cb as they are stored, in steps of 8 bits; those of chroma are the nearest.
vec3 stored(vec2 place)
{
	vec3 read = textureLod(pixels, (place + 0.5) / constants.size, 0.0).rgb;
	return floor(read * constants.depth.x + 0.01) / constants.depth.y;
}

// Chroma at the height of a row of pixels, in a column of its samples and in the next.
struct Chroma {
	float column;
	vec2 left, right; // Cb, Cr
};

// Samples lie on even columns, and between two rows. They are read from even pixels, for which all drivers have the same;
// beyond the edge the sampler has the edge's.
Chroma chroma_around(vec2 place)
{
	vec2 at = vec2(place.x, place.y - 0.5) / 2.0, first = floor(at), even = 2.0 * first;
	float down = at.y - first.y;
	vec2 left = mix(stored(even).br, stored(even + vec2(0.0, 2.0)).br, down);
	vec2 right = mix(stored(even + vec2(2.0, 0.0)).br, stored(even + vec2(2.0)).br, down);
	return Chroma(first.x, left, right);
}

vec4 pixel(vec2 place, Chroma around)
{
	float luma = (stored(place).g - 16.0) / 219.0;
	vec2 chroma = (mix(around.left, around.right, place.x / 2.0 - around.column) - 128.0) / 224.0;
	vec4 parts = constants.ycbcr;
	vec3 rgb = luma + vec3(parts.x * chroma.y, dot(parts.yz, chroma), parts.w * chroma.x);
	return stepped(whole() * vec4(clamp(rgb, 0.0, 1.0), 1.0));
}

vec4 texel(vec2 place)
{
	vec2 seen = inside(place);
	return pixel(seen, chroma_around(seen));
}

// Between a pixel and the next, by so many 128ths, in 128ths of a step; both have their chroma from the same samples.
vec4 between(vec2 place, float part)
{
	vec2 left = inside(place), right = inside(place + vec2(1.0, 0.0));
	Chroma around = chroma_around(left);
	return pixel(left, around) * (128.0 - part) + pixel(right, around) * part;
}
#else
vec4 texel(vec2 place)
{
	return stepped(whole() * texelFetch(pixels, ivec2(inside(place)), 0));
}

// Between a pixel and the next, by so many 128ths, in 128ths of a step.
vec4 between(vec2 place, float part)
{
	return texel(place) * (128.0 - part) + texel(place + vec2(1.0, 0.0)) * part;
}
#endif

// Between the four neighbours, in 128ths as pixman has them, which rounds down; no float here lacks a bit. point: 65536ths of a
// pixel.
vec4 linear(ivec2 point)
{
	ivec2 corner = point - 32768;
	vec2 first = vec2(corner >> 16), part = vec2(corner >> 9 & 127);
	vec4 above = between(first, part.x), below = between(first + vec2(0.0, 1.0), part.x);
	vec4 seen = (above * (128.0 - part.y) + below * part.y) / 16384.0;
	return constants.steps > 0.0 ? floor(seen) : seen;
}

// The mean of all that lies below the target's pixel, weighted by how much of each does; in steps of 1/256, as render/cpu/mean.c.
vec4 mean(ivec2 at)
{
	vec2 point = (vec2(at >> 8) + 0.5) / 256.0;
	// What is scaled down further than by 16 is not read all.
	vec2 half_size = clamp(constants.footprint, 1.0, 16.0) / 2.0;
	vec2 from = point - half_size, to = point + half_size;
	vec4 sum = vec4(0.0);
	for (float y = floor(from.y); y < to.y; y += 1.0) {
		float height = min(to.y, y + 1.0) - max(from.y, y);
		for (float x = floor(from.x); x < to.x; x += 1.0)
			sum += texel(vec2(x, y)) * (min(to.x, x + 1.0) - max(from.x, x)) * height;
	}
	return sum / (4.0 * half_size.x * half_size.y);
}

void main()
{
	ivec2 at = ivec2(gl_FragCoord.xy);
	ivec3 x = constants.row_x.xyz, y = constants.row_y.xyz;
	ivec2 point = ivec2(x.x * at.x + x.y * at.y + x.z, y.x * at.x + y.y * at.y + y.z);
	vec4 seen;
	if (filter_kind == EXACT)
		seen = texel(vec2(point >> 16));
	else if (filter_kind == LINEAR)
		seen = linear(point);
	else
		seen = stepped(mean(point));
	seen.a = max(seen.a, constants.opaque * whole());
	color = stepped(seen * constants.color) / whole();
}

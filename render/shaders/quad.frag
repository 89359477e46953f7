#version 450

layout(set = 0, binding = 0) uniform sampler2D pixels;

// struct pipeline_constants
layout(push_constant) uniform Constants {
	vec4 row_x;   // target pixel to buffer pixel: x, y and 1 times these
	vec4 row_y;
	vec4 bounds;  // the buffer pixels that may be seen: first and last, inclusive
	vec4 color;   // multiplies, premultiplied
	float opaque; // 1: the texture's alpha counts as 1
	int exact;    // 1: pixel for pixel, no filter
} constants;

layout(location = 0) out vec4 color;

void main()
{
	vec3 at = vec3(gl_FragCoord.xy, 1.0);
	vec2 point = vec2(dot(constants.row_x.xyz, at), dot(constants.row_y.xyz, at));
	vec4 texel;
	if (constants.exact != 0) {
		texel = texelFetch(pixels, ivec2(clamp(floor(point), constants.bounds.xy, constants.bounds.zw)), 0);
	} else {
		vec2 inside = clamp(point, constants.bounds.xy + 0.5, constants.bounds.zw + 0.5);
		texel = textureLod(pixels, inside / vec2(textureSize(pixels, 0)), 0.0);
	}
	texel.a = max(texel.a, constants.opaque);
	color = texel * constants.color;
}

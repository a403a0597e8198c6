#pragma once

/// The way into libstage_photo for programs that open it on demand (dlopen)
/// and so have none of its C++ symbols: JSON in, JSON out.
extern "C" {

/// Makes a photo fit for sending; see ConvertForUpload.
/// Request: {"photo": path, "output": path, "formats": ["jpeg", "png", ...],
/// "max_long_edge": px, "max_pixels": n, "max_bytes": n, "least_aspect": a,
/// "most_aspect": a, "least_side": px, "reshape": "pad"|"crop", "keep": [x, y,
/// w, h] in shares}; limits may be left out. `output` is written only when
/// something had to change. Reply: {"path", "format", "width", "height",
/// "changes": [text], "place": [x, y, w, h] of the photo where it was padded,
/// "cut": [x, y, w, h] in shares of the upright photo where it was cropped},
/// where "path" is `photo` or `output`; or {"error": {"kind", "message"}}.
/// @return a text for stage_photo_free; null when there is no memory for it
char* stage_photo_convert_for_upload(const char* request);

/// Writes a mask with black and white swapped, as a PNG.
/// Request: {"mask": path, "output": path}. Reply: {"width", "height"}; or
/// {"error": {"kind", "message"}}.
char* stage_photo_invert_mask(const char* request);

/// Puts a mask into a larger one that is black around it, as a PNG.
/// Request: {"mask": path, "output": path, "size": [w, h], "place": [x, y, w,
/// h]} in pixels. Reply: {"width", "height"}; or {"error": {...}}.
char* stage_photo_pad_mask(const char* request);

/// The part of a mask that belongs to a cropped photo, at that one's size, as a
/// PNG.
/// Request: {"mask": path, "output": path, "cut": [x, y, w, h] in shares,
/// "size": [w, h] in pixels}. Reply: {"width", "height"}; or {"error": {...}}.
char* stage_photo_cut_mask(const char* request);

/// Where a mask marks something; see MarkedPart.
/// Request: {"mask": path}. Reply: {"box": [x, y, w, h] in shares, "plain":
/// whether it is white there and black elsewhere}, both missing when nothing is
/// marked; or {"error": {...}}.
char* stage_photo_mask_bounds(const char* request);

/// Puts the result of a cropped photo back in its place, as a PNG; see PutBack.
/// Request: {"picture": path, "photo": path, "output": path, "cut": [x, y, w,
/// h] in shares, "most_seam": share}. Reply: {"seam": share, "width",
/// "height"}, the sizes only where `output` was written because the seam is no
/// larger than allowed; or {"error": {...}}.
char* stage_photo_put_back(const char* request);

/// Cuts a part out of a picture, as a PNG; see CutOut.
/// Request: {"picture": path, "output": path, "place": [x, y, w, h]} in shares.
/// Reply: {"width", "height"}; or {"error": {...}}.
char* stage_photo_cut_out(const char* request);

/// Checks a downloaded result against its photo; see CheckWrittenResult and
/// MeasureRoomChange.
/// Request: {"photo": path, "result": path, "width": px, "height": px,
/// "change_expected": bool, "may_change": path of a mask, white = may}; all
/// but the first two may be left out.
/// Reply: {"width", "height", "room_changed": share, "ssim", "room": share};
/// or {"error": {"kind", "message"}}.
char* stage_photo_check_result(const char* request);

/// Writes a result with the original's metadata and the disclosure asked for;
/// see WriteResult.
/// Request: {"result": path, "original": path, "output": path, "alteration":
/// "none"|"rendered"|"diffusion"|"vendor-ai"|"enhanced", "caption": text,
/// "format", "quality", "disclose": [word], "long_edge", "max_bytes",
/// "keep_gps"}; all but the paths may be left out.
/// Reply: {"path", "width", "height", "quality", "sha256", "companions"};
/// or {"error": {"kind", "message"}}.
char* stage_photo_write_result(const char* request);

void stage_photo_free(char* reply);
}

#include "remote/picture_tags.h"

#include <cstdint>
#include <vector>

#include "remote/answer.h"
#include "remote/iptc_block.h"
#include "remote/png_chunk.h"

namespace stage::remote {
namespace {

constexpr std::string_view kJpegXmp("http://ns.adobe.com/xap/1.0/\0", 29);
constexpr std::string_view kJpegExif("Exif\0\0", 6);
constexpr std::string_view kPngXmp("XML:com.adobe.xmp\0\0\0\0\0", 22);
constexpr size_t kMostSegment = 65'533;

std::string Description(const std::string& source_type) {
  return "<rdf:Description rdf:about=\"\" "
         "xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\">"
         "<Iptc4xmpExt:DigitalSourceType>" +
         source_type + "</Iptc4xmpExt:DigitalSourceType></rdf:Description>";
}

/// A packet with the source type: the given one with it, or a new one.
std::string XmpWith(const std::string& packet, const std::string& source_type) {
  constexpr std::string_view kEnd = "</rdf:RDF>";
  if (packet.find("DigitalSourceType") != std::string::npos) return packet;
  const size_t end = packet.find(kEnd);
  if (end != std::string::npos) {
    return std::string(packet).insert(end, Description(source_type));
  }
  return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
         "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
         "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">" +
         Description(source_type) +
         "</rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
}

/// A stretch of a file with a name: a segment or chunk.
struct Block {
  std::string name;   ///< marker, chunk type or FourCC
  std::string bytes;  ///< without name, length and checksum
};

std::string Big(size_t number, size_t size) {
  std::string bytes;
  for (size_t i = size; i > 0; --i) {
    bytes += static_cast<char>(number >> (8 * (i - 1)));
  }
  return bytes;
}

std::string Little(size_t number, size_t size) {
  const std::string big = Big(number, size);
  return {big.rbegin(), big.rend()};
}

size_t BigAt(std::string_view bytes, size_t at, size_t size) {
  size_t number = 0;
  for (size_t i = 0; i < size; ++i) {
    number = number << 8 | static_cast<uint8_t>(bytes[at + i]);
  }
  return number;
}

size_t LittleAt(std::string_view bytes, size_t at, size_t size) {
  size_t number = 0;
  for (size_t i = size; i > 0; --i) {
    number = number << 8 | static_cast<uint8_t>(bytes[at + i - 1]);
  }
  return number;
}

/// Changes the block that `is_it` finds, or puts a new one at `place`.
template <typename IsIt, typename Change>
void PutBlock(std::vector<Block>& blocks,
              size_t place,
              const std::string& name,
              const IsIt& is_it,
              const Change& change) {
  for (Block& block : blocks) {
    if (!is_it(block)) continue;
    block.bytes = change(block.bytes);
    return;
  }
  blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(place),
                {name, change("")});
}

bool Has(const std::vector<Block>& blocks,
         const std::string& name,
         std::string_view begin) {
  for (const Block& block : blocks) {
    if (block.name == name && block.bytes.starts_with(begin)) return true;
  }
  return false;
}

/// Segments before the first scan; `rest` is what follows.
std::string TaggedJpeg(const std::string& picture, const PictureTags& tags) {
  const std::string app1 = "\xFF\xE1";
  std::vector<Block> segments;
  size_t at = 2;
  while (at + 4 <= picture.size() && picture[at] == '\xFF' &&
         picture[at + 1] != '\xDA') {
    const size_t length = BigAt(picture, at + 2, 2);
    if (length < 2 || at + 2 + length > picture.size()) return picture;
    segments.push_back(
        {picture.substr(at, 2), picture.substr(at + 4, length - 2)});
    at += 2 + length;
  }
  size_t place = 0;  // JFIF's own segment comes first
  while (place < segments.size() && segments[place].name == "\xFF\xE0") ++place;
  if (!tags.exif.empty() && !Has(segments, app1, kJpegExif) &&
      tags.exif.size() + kJpegExif.size() <= kMostSegment) {
    segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(place),
                    {app1, std::string(kJpegExif) + tags.exif});
  }
  if (Has(segments, app1, kJpegExif)) ++place;
  if (!tags.digital_source_type.empty()) {
    PutBlock(
        segments,
        place,
        app1,
        [&](const Block& segment) {
          return segment.name == app1 && segment.bytes.starts_with(kJpegXmp);
        },
        [&](const std::string& bytes) {
          const std::string packet =
              bytes.empty() ? "" : bytes.substr(kJpegXmp.size());
          const std::string full =
              std::string(kJpegXmp) + XmpWith(packet, tags.digital_source_type);
          if (full.size() <= kMostSegment) return full;
          return std::string(kJpegXmp) + XmpWith("", tags.digital_source_type);
        });
  }
  const std::string app13 = "\xFF\xED";
  const std::string iptc =
      tags.iptc.empty() ? std::string() : IptcSegment(tags.iptc);
  if (!iptc.empty() && iptc.size() <= kMostSegment &&
      IptcOfJpeg(picture).empty()) {
    while (place < segments.size() && segments[place].name == app1) ++place;
    segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(place),
                    {app13, iptc});
  }
  std::string tagged = picture.substr(0, 2);
  for (const Block& segment : segments) {
    tagged += segment.name + Big(segment.bytes.size() + 2, 2) + segment.bytes;
  }
  return tagged + picture.substr(at);
}

std::string TaggedPng(const std::string& picture, const PictureTags& tags) {
  constexpr size_t kSignature = 8;
  std::vector<Block> chunks;
  for (size_t at = kSignature; at + 12 <= picture.size();) {
    const size_t length = BigAt(picture, at, 4);
    if (length > picture.size() - at - 12) return picture;
    chunks.push_back(
        {picture.substr(at + 4, 4), picture.substr(at + 8, length)});
    at += 12 + length;
  }
  if (chunks.empty() || chunks.front().name != "IHDR") return picture;
  if (!tags.exif.empty() && !Has(chunks, "eXIf", "")) {
    chunks.insert(chunks.begin() + 1, {"eXIf", tags.exif});
  }
  if (!tags.digital_source_type.empty()) {
    PutBlock(
        chunks,
        1,
        "iTXt",
        // A compressed packet is replaced: there is one in a file at most.
        [](const Block& chunk) {
          return chunk.name == "iTXt" &&
                 chunk.bytes.starts_with(kPngXmp.substr(0, 18));
        },
        [&](const std::string& bytes) {
          const bool is_plain = bytes.starts_with(kPngXmp);
          return std::string(kPngXmp) +
                 XmpWith(is_plain ? bytes.substr(kPngXmp.size()) : "",
                         tags.digital_source_type);
        });
  }
  std::string tagged = picture.substr(0, kSignature);
  for (const Block& chunk : chunks) tagged += PngChunk(chunk.name, chunk.bytes);
  return tagged;
}

/// The header of the extended format, for a file that has only its picture.
Block ExtendedHeader(const Block& picture) {
  size_t width = 1;
  size_t height = 1;
  size_t flags = 0;
  if (picture.name == "VP8L" && picture.bytes.size() >= 5) {
    const size_t bits = LittleAt(picture.bytes, 1, 4);
    width = (bits & 0x3FFF) + 1;
    height = (bits >> 14 & 0x3FFF) + 1;
    flags = (bits >> 28 & 1) << 4;  // transparency
  } else if (picture.bytes.size() >= 10) {
    width = LittleAt(picture.bytes, 6, 2) & 0x3FFF;
    height = LittleAt(picture.bytes, 8, 2) & 0x3FFF;
  }
  return {"VP8X",
          Little(flags, 4) + Little(width - 1, 3) + Little(height - 1, 3)};
}

std::string TaggedWebp(const std::string& picture, const PictureTags& tags) {
  constexpr char kHasExif = 0x08;
  constexpr char kHasXmp = 0x04;
  std::vector<Block> chunks;
  for (size_t at = 12; at + 8 <= picture.size();) {
    const size_t length = LittleAt(picture, at + 4, 4);
    if (length > picture.size() - at - 8) return picture;
    chunks.push_back({picture.substr(at, 4), picture.substr(at + 8, length)});
    at += 8 + length + length % 2;
  }
  if (chunks.empty()) return picture;
  if (chunks.front().name != "VP8X") {
    chunks.insert(chunks.begin(), ExtendedHeader(chunks.front()));
  }
  if (chunks.front().bytes.size() < 10) return picture;
  if (!tags.exif.empty() && !Has(chunks, "EXIF", "")) {
    chunks.push_back({"EXIF", tags.exif});
    chunks.front().bytes[0] |= kHasExif;
  }
  if (!tags.digital_source_type.empty()) {
    PutBlock(
        chunks,
        chunks.size(),
        "XMP ",
        [](const Block& chunk) { return chunk.name == "XMP "; },
        [&](const std::string& bytes) {
          return XmpWith(bytes, tags.digital_source_type);
        });
    chunks.front().bytes[0] |= kHasXmp;
  }
  std::string body = "WEBP";
  for (const Block& chunk : chunks) {
    body += chunk.name + Little(chunk.bytes.size(), 4) + chunk.bytes;
    if (chunk.bytes.size() % 2 == 1) body += '\0';
  }
  return "RIFF" + Little(body.size(), 4) + body;
}

}  // namespace

std::string WithTags(std::string picture, const PictureTags& tags) {
  const std::string_view format = PictureFormat(picture);
  if (format == "jpeg") return TaggedJpeg(picture, tags);
  if (format == "png") return TaggedPng(picture, tags);
  if (format == "webp") return TaggedWebp(picture, tags);
  return picture;
}

}  // namespace stage::remote

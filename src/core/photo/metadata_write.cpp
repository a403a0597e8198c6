#include <algorithm>
#include <exiv2/exiv2.hpp>
#include <set>

#include "core/error.h"
#include "core/photo/exiv2_session.h"
#include "core/photo/metadata.h"

namespace stage {
namespace {

// A C2PA manifest signs the original's bytes; no result is covered by it.
constexpr uint16_t kContentCredentials = 0xcd41;

// Tags of IFD0 that describe how the original's pixels were stored.
bool DescribesStorage(const Exiv2::Exifdatum& datum) {
  static const std::set<uint16_t> kTags = {
      0x00fe, 0x00ff, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x010a, 0x0111,
      0x0115, 0x0116, 0x0117, 0x011c, 0x0118, 0x0119, 0x013d, 0x0140, 0x0142,
      0x0143, 0x0144, 0x0145, 0x014a, 0x0150, 0x0152, 0x0153, 0x015b, 0x0201,
      0x0202, 0x0211, 0x0212, 0x0213, 0x0214, 0x02bc, 0x83bb, 0x8649, 0x8773};
  const std::string group = datum.groupName();
  if (group == "Image") {
    return kTags.count(datum.tag()) != 0 || datum.tag() == kContentCredentials;
  }
  // Further pictures of the file: previews, raw data.
  return group.rfind("SubImage", 0) == 0 || group.rfind("Image", 0) == 0;
}

template <typename Data, typename Predicate>
void EraseIf(Data& data, Predicate predicate) {
  for (auto it = data.begin(); it != data.end();) {
    it = predicate(*it) ? data.erase(it) : std::next(it);
  }
}

Exiv2::ExifData ChangedExif(const PhotoMetadata& original,
                            const MetadataChanges& changes) {
  Exiv2::ExifData exif;
  if (original.exif.empty()) return exif;
  Exiv2::ExifParser::decode(
      exif, original.exif.data(), static_cast<uint32_t>(original.exif.size()));
  EraseIf(exif, DescribesStorage);
  Exiv2::ExifThumb thumbnail(exif);
  const bool had_thumbnail = !std::string(thumbnail.mimeType()).empty();
  thumbnail.erase();
  if (had_thumbnail && !changes.thumbnail_jpeg.empty()) {
    thumbnail.setJpegThumbnail(
        changes.thumbnail_jpeg.data(),
        static_cast<long>(changes.thumbnail_jpeg.size()));
  }
  if (!changes.keep_gps) {
    EraseIf(exif, [](const Exiv2::Exifdatum& datum) {
      return datum.groupName() == "GPSInfo" || datum.tagName() == "GPSTag";
    });
  }
  exif["Exif.Image.Orientation"] = uint16_t{1};
  exif["Exif.Photo.PixelXDimension"] = static_cast<uint32_t>(changes.width);
  exif["Exif.Photo.PixelYDimension"] = static_cast<uint32_t>(changes.height);
  if (changes.is_srgb) exif["Exif.Photo.ColorSpace"] = uint16_t{1};
  const Exiv2::ExifKey description("Exif.Image.ImageDescription");
  if (!changes.caption.empty()) {
    const auto found = exif.findKey(description);
    if (found != exif.end()) {
      const std::string old = found->toString();
      if (old.find(changes.caption) == std::string::npos) {
        *found = changes.caption + (old.empty() ? "" : ". " + old);
      }
    }
  }
  return exif;
}

Exiv2::IptcData ChangedIptc(const PhotoMetadata& original,
                            const MetadataChanges& changes) {
  Exiv2::IptcData iptc;
  if (original.iptc.empty()) return iptc;
  Exiv2::IptcParser::decode(
      iptc, original.iptc.data(), static_cast<uint32_t>(original.iptc.size()));
  if (changes.caption.empty()) return iptc;
  const std::string old = iptc["Iptc.Application2.Caption"].toString();
  if (old.find(changes.caption) == std::string::npos) {
    constexpr size_t kMaxCaptionBytes = 2000;  // IIM 4.2, dataset 2:120
    std::string caption = changes.caption + (old.empty() ? "" : ". " + old);
    if (caption.size() <= kMaxCaptionBytes) {
      iptc["Iptc.Application2.Caption"] = caption;
    }
  }
  return iptc;
}

void PutCaption(const std::string& caption, Exiv2::XmpData& xmp) {
  const Exiv2::XmpKey key("Xmp.dc.description");
  Exiv2::LangAltValue description;
  const auto found = xmp.findKey(key);
  if (found != xmp.end()) {
    if (const auto* old =
            dynamic_cast<const Exiv2::LangAltValue*>(&found->value())) {
      description.value_ = old->value_;
    }
  }
  std::string& text = description.value_["x-default"];
  if (text.find(caption) == std::string::npos) {
    text = caption + (text.empty() ? "" : ". " + text);
  }
  if (found != xmp.end()) xmp.erase(found);
  xmp.add(key, &description);
}

void AddContributors(const std::vector<std::string>& names,
                     Exiv2::XmpData& xmp) {
  const Exiv2::XmpKey key("Xmp.dc.contributor");
  std::set<std::string> present;
  const auto found = xmp.findKey(key);
  if (found != xmp.end()) {
    for (long i = 0; i < found->count(); ++i) {
      present.insert(found->toString(i));
    }
  }
  Exiv2::XmpArrayValue bag(Exiv2::xmpBag);
  for (const std::string& name : present) bag.read(name);
  for (const std::string& name : names) {
    if (present.insert(name).second) bag.read(name);
  }
  if (found != xmp.end()) xmp.erase(found);
  xmp.add(key, &bag);
}

// A photo that says it came from generative AI goes on saying so.
bool SaysGenerativeAi(const std::string& digital_source_type) {
  return digital_source_type.find("rainedAlgorithmicMedia") !=
             std::string::npos ||
         digital_source_type.find("compositeSynthetic") != std::string::npos;
}

void SetIfPresent(Exiv2::XmpData& xmp, const char* key, int value) {
  const auto found = xmp.findKey(Exiv2::XmpKey(key));
  if (found != xmp.end()) found->setValue(std::to_string(value));
}

Exiv2::XmpData ChangedXmp(const PhotoMetadata& original,
                          const MetadataChanges& changes) {
  Exiv2::XmpData xmp;
  if (!original.xmp.empty()) Exiv2::XmpParser::decode(xmp, original.xmp);
  SetIfPresent(xmp, "Xmp.tiff.Orientation", 1);
  SetIfPresent(xmp, "Xmp.tiff.ImageWidth", changes.width);
  SetIfPresent(xmp, "Xmp.tiff.ImageLength", changes.height);
  SetIfPresent(xmp, "Xmp.exif.PixelXDimension", changes.width);
  SetIfPresent(xmp, "Xmp.exif.PixelYDimension", changes.height);
  EraseIf(xmp, [&](const Exiv2::Xmpdatum& datum) {
    return datum.key().rfind("Xmp.xmp.Thumbnails", 0) == 0 ||
           datum.key() == "Xmp.dcterms.provenance" ||  // a C2PA manifest's URL
           (!changes.keep_gps && datum.key().find("GPS") != std::string::npos);
  });
  if (!changes.digital_source_type.empty()) {
    auto& type = xmp["Xmp.iptcExt.DigitalSourceType"];
    if (!SaysGenerativeAi(type.toString()) ||
        SaysGenerativeAi(changes.digital_source_type)) {
      type.setValue(changes.digital_source_type);
    }
  }
  if (!changes.caption.empty()) PutCaption(changes.caption, xmp);
  if (!changes.contributors.empty()) {
    AddContributors(changes.contributors, xmp);
  }
  return xmp;
}

// Editors' histories and settings, which may fill more than a JPEG holds.
bool IsBulky(const Exiv2::Xmpdatum& datum) {
  const std::string group = datum.groupName();
  return group == "crs" || group == "crss" || group == "lr" ||
         datum.key().rfind("Xmp.xmpMM.History", 0) == 0 ||
         datum.key().rfind("Xmp.xmpMM.Ingredients", 0) == 0 ||
         datum.key().rfind("Xmp.photoshop.DocumentAncestors", 0) == 0 ||
         datum.key().rfind("Xmp.photoshop.TextLayers", 0) == 0;
}

template <typename Data, typename Change>
Data OrEmpty(Change change) {
  try {
    return change();
  } catch (const std::exception&) {
    return Data();  // the original's block is broken
  }
}

std::vector<uint8_t> Written(const std::vector<uint8_t>& encoded,
                             const Exiv2::ExifData& exif,
                             const Exiv2::IptcData& iptc,
                             const Exiv2::XmpData& xmp) {
  const auto image = Exiv2::ImageFactory::open(
      encoded.data(), static_cast<long>(encoded.size()));
  image->readMetadata();
  if (image->mimeType() == "image/tiff") {
    // The tags of the pixels are in there, too: add to them, but none twice.
    Exiv2::ExifData& there = image->exifData();
    for (const Exiv2::Exifdatum& datum : exif) {
      const auto found = there.findKey(Exiv2::ExifKey(datum.key()));
      if (found == there.end()) {
        there.add(datum);
      } else {
        found->setValue(&datum.value());
      }
    }
  } else {
    image->setExifData(exif);
  }
  image->setIptcData(iptc);
  image->setXmpData(xmp);
  image->writeMetadata();
  Exiv2::BasicIo& io = image->io();
  std::vector<uint8_t> bytes(io.size());
  io.open();
  io.seek(0, Exiv2::BasicIo::beg);
  const long count = io.read(bytes.data(), static_cast<long>(bytes.size()));
  io.close();
  bytes.resize(static_cast<size_t>(std::max(count, 0L)));
  return bytes;
}

}  // namespace

std::vector<uint8_t> EmbedMetadata(std::vector<uint8_t> encoded,
                                   const PhotoMetadata& original,
                                   const MetadataChanges& changes) {
  PrepareExiv2();
  const auto exif =
      OrEmpty<Exiv2::ExifData>([&] { return ChangedExif(original, changes); });
  const auto iptc =
      OrEmpty<Exiv2::IptcData>([&] { return ChangedIptc(original, changes); });
  auto xmp =
      OrEmpty<Exiv2::XmpData>([&] { return ChangedXmp(original, changes); });
  if (xmp.empty() && !original.xmp.empty()) {
    xmp = ChangedXmp(PhotoMetadata{}, changes);
  }
  if (exif.empty() && iptc.empty() && xmp.empty()) return encoded;
  try {
    return Written(encoded, exif, iptc, xmp);
  } catch (const Exiv2::AnyError&) {
    // Most likely too much for one JPEG segment: leave out what only the
    // editor that wrote it can use.
    EraseIf(xmp, IsBulky);
  }
  try {
    return Written(encoded, exif, iptc, xmp);
  } catch (const Exiv2::AnyError& error) {
    throw Error(
        ErrorKind::kUnexpected,
        std::string("its metadata cannot be carried over: ") + error.what());
  }
}

}  // namespace stage

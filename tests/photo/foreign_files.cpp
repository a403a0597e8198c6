#include "photo/foreign_files.h"

#include <lcms2.h>
#include <libheif/heif.h>
#include <png.h>
#include <tiffio.h>

#include <cstdio>
#include <cstdlib>
#include <exiv2/exiv2.hpp>
#include <stdexcept>

// clang-format off: it needs what is above.
#include <jpeglib.h>
// clang-format on

// x265 keeps a little memory for good; that is not ours to free.
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265"; }

namespace stage::test {

Bytes AdobeCmykJpeg(const ImageU8& ink, const Bytes& icc_profile) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &data, &size);
  info.image_width = ink.width();
  info.image_height = ink.height();
  info.input_components = 4;
  info.in_color_space = JCS_CMYK;
  jpeg_set_defaults(&info);  // libjpeg adds the Adobe marker to CMYK
  jpeg_set_quality(&info, 98, TRUE);
  jpeg_start_compress(&info, TRUE);
  if (!icc_profile.empty()) {
    jpeg_write_icc_profile(&info, icc_profile.data(), icc_profile.size());
  }
  Bytes row(static_cast<size_t>(ink.width()) * 4);
  for (int y = 0; y < ink.height(); ++y) {
    for (size_t i = 0; i < row.size(); ++i) row[i] = 255 - ink.row(y)[i];
    JSAMPROW values = row.data();
    jpeg_write_scanlines(&info, &values, 1);
  }
  jpeg_finish_compress(&info);
  Bytes bytes(data, data + size);
  jpeg_destroy_compress(&info);
  std::free(data);
  return bytes;
}

Bytes PaleCmykProfile() {
  cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
  cmsSetProfileVersion(profile, 2.4);
  cmsSetDeviceClass(profile, cmsSigOutputClass);
  cmsSetColorSpace(profile, cmsSigCmykData);
  cmsSetPCS(profile, cmsSigLabData);
  cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, 4, 3);
  cmsStage* table = cmsStageAllocCLut16bit(nullptr, 3, 4, 3, nullptr);
  cmsStageSampleCLut16bit(
      table,
      [](const cmsUInt16Number ink[], cmsUInt16Number out[], void*) {
        const cmsCIELab lab = {100.0 - 50.0 * ink[3] / 65535.0, 0, 0};
        cmsFloat2LabEncodedV2(out, &lab);
        return TRUE;
      },
      nullptr,
      0);
  cmsPipelineInsertStage(pipeline, cmsAT_END, table);
  cmsWriteTag(profile, cmsSigAToB0Tag, pipeline);
  cmsPipelineFree(pipeline);
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  Bytes bytes(size);
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}

Bytes PngOfKind(PngKind kind) {
  constexpr int kWidth = 16;
  constexpr int kHeight = 8;
  Bytes bytes;
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png,
      &bytes,
      [](png_structp p, png_bytep data, size_t count) {
        auto& out = *static_cast<Bytes*>(png_get_io_ptr(p));
        out.insert(out.end(), data, data + count);
      },
      nullptr);
  const bool palette =
      kind == PngKind::kPalette || kind == PngKind::kPaletteWithAlpha;
  const bool deep = kind == PngKind::kInterlaced16;
  png_set_IHDR(png,
               info,
               kWidth,
               kHeight,
               deep ? 16 : (palette ? 8 : 1),
               palette ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_GRAY,
               deep ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_color colors[2] = {{255, 0, 0}, {0, 255, 0}};
  png_byte alpha[2] = {255, 128};
  if (palette) png_set_PLTE(png, info, colors, 2);
  if (kind == PngKind::kPaletteWithAlpha) {
    png_set_tRNS(png, info, alpha, 2, nullptr);
  }
  png_write_info(png, info);
  std::vector<Bytes> rows(kHeight, Bytes(kWidth * 2, 0));
  std::vector<png_bytep> pointers;
  for (Bytes& row : rows) {
    if (kind == PngKind::kOneBit) row[1] = 0xff;
    for (int x = 0; x < kWidth; ++x) {
      if (palette) row[x] = x >= kWidth / 2;
      if (deep) row[2 * x] = row[2 * x + 1] = static_cast<uint8_t>(x * 17);
    }
    pointers.push_back(row.data());
  }
  png_write_image(png, pointers.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

namespace {

/// libtiff writes to a file; the test reads it back.
class TiffFile {
 public:
  TiffFile() : path_(folder_ / "a.tif"), tiff_(TIFFOpen(path_.c_str(), "w")) {}
  TIFF* tiff() { return tiff_; }
  Bytes Finish() {
    TIFFClose(tiff_);
    return ReadBytes(path_);
  }

 private:
  TempFolder folder_;
  std::filesystem::path path_;
  TIFF* tiff_;
};

void SetLayout(TIFF* tiff, const ImageU8& rgb, TiffKind kind) {
  int samples = 3;
  int bits = 8;
  int photometric = PHOTOMETRIC_RGB;
  switch (kind) {
    case TiffKind::kMinIsWhite:
    case TiffKind::kOneBit:
      photometric = kind == TiffKind::kOneBit ? PHOTOMETRIC_MINISBLACK
                                              : PHOTOMETRIC_MINISWHITE;
      samples = 1;
      bits = kind == TiffKind::kOneBit ? 1 : 8;
      break;
    case TiffKind::kPalette:
      photometric = PHOTOMETRIC_PALETTE;
      samples = 1;
      break;
    case TiffKind::kCmyk:
      photometric = PHOTOMETRIC_SEPARATED;
      samples = 4;
      break;
    case TiffKind::kPremultiplied:
      samples = 4;
      break;
    case TiffKind::kJpeg:
      photometric = PHOTOMETRIC_YCBCR;
      break;
    case TiffKind::kTiledPlanar16:
      bits = 16;
      break;
    case TiffKind::kFloat:
      bits = 32;
      TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
      break;
    default:
      break;
  }
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, rgb.width());
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, rgb.height());
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, samples);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
  const bool planar =
      kind == TiffKind::kPlanar || kind == TiffKind::kTiledPlanar16;
  TIFFSetField(tiff,
               TIFFTAG_PLANARCONFIG,
               planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  TIFFSetField(tiff,
               TIFFTAG_COMPRESSION,
               kind == TiffKind::kJpeg  ? COMPRESSION_JPEG
               : kind == TiffKind::kLzw ? COMPRESSION_LZW
                                        : COMPRESSION_NONE);
  if (kind == TiffKind::kJpeg) {
    TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, 98);
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, 1, 1);
  }
  if (kind == TiffKind::kTiled || kind == TiffKind::kTiledPlanar16) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, 32);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 8);
  }
  if (kind == TiffKind::kPremultiplied) {
    const uint16_t extra = EXTRASAMPLE_ASSOCALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &extra);
  }
  if (kind == TiffKind::kPreview) {
    TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
  }
  if (kind == TiffKind::kPalette) {
    static uint16_t ramp[256], falling[256];
    for (int i = 0; i < 256; ++i) {
      ramp[i] = static_cast<uint16_t>(i * 257);
      falling[i] = static_cast<uint16_t>(65535 - i * 257);
    }
    TIFFSetField(tiff, TIFFTAG_COLORMAP, ramp, falling, ramp);
  }
}

void WriteTiles(TIFF* tiff, const ImageU8& rgb, bool planar_16) {
  const int width = 16;
  const int height = 32;
  for (int plane = 0; plane < (planar_16 ? 3 : 1); ++plane) {
    for (int top = 0; top < rgb.height(); top += height) {
      for (int left = 0; left < rgb.width(); left += width) {
        Bytes tile(static_cast<size_t>(width) * height * 3, 0);
        auto* deep = reinterpret_cast<uint16_t*>(tile.data());
        for (int y = 0; y < height && top + y < rgb.height(); ++y) {
          for (int x = 0; x < width && left + x < rgb.width(); ++x) {
            const int index = y * width + x;
            for (int c = 0; c < 3; ++c) {
              const uint8_t value = rgb.at(left + x, top + y, c);
              if (!planar_16) tile[index * 3 + c] = value;
              if (planar_16 && c == plane) deep[index] = value * 257;
            }
          }
        }
        TIFFWriteTile(tiff, tile.data(), left, top, 0, plane);
      }
    }
  }
}

/// One row as that kind stores it.
Bytes StoredRow(const ImageU8& rgb, int y, TiffKind kind, int plane) {
  Bytes row(static_cast<size_t>(rgb.width()) * 12, 0);
  for (int x = 0; x < rgb.width(); ++x) {
    const uint8_t* pixel = rgb.row(y) + static_cast<size_t>(x) * 3;
    switch (kind) {
      case TiffKind::kPlanar:
        row[x] = pixel[plane];
        break;
      case TiffKind::kMinIsWhite:
        row[x] = 255 - pixel[0];
        break;
      case TiffKind::kPalette:
        row[x] = pixel[0];
        break;
      case TiffKind::kOneBit:
        if (pixel[0] >= 128) row[x / 8] |= 0x80 >> (x % 8);
        break;
      case TiffKind::kCmyk:
        for (int c = 0; c < 3; ++c) row[4 * x + c] = pixel[c];
        break;
      case TiffKind::kPremultiplied:
        for (int c = 0; c < 3; ++c) row[4 * x + c] = pixel[c] / 2;
        row[4 * x + 3] = 128;
        break;
      default:
        for (int c = 0; c < 3; ++c) row[3 * x + c] = pixel[c];
    }
  }
  return row;
}

}  // namespace

Bytes TiffOfKind(TiffKind kind, const ImageU8& rgb) {
  TiffFile file;
  SetLayout(file.tiff(), rgb, kind);
  if (kind == TiffKind::kTiled || kind == TiffKind::kTiledPlanar16) {
    WriteTiles(file.tiff(), rgb, kind == TiffKind::kTiledPlanar16);
    return file.Finish();
  }
  for (int plane = 0; plane < (kind == TiffKind::kPlanar ? 3 : 1); ++plane) {
    for (int y = 0; y < rgb.height(); ++y) {
      Bytes row = StoredRow(rgb, y, kind, plane);
      TIFFWriteScanline(file.tiff(), row.data(), y, plane);
    }
  }
  return file.Finish();
}

namespace {

void Check(const heif_error& error) {
  if (error.code != heif_error_Ok) throw std::runtime_error(error.message);
}

Bytes ExifBlock(int orientation) {
  Exiv2::ExifData exif;
  exif["Exif.Image.Orientation"] = static_cast<uint16_t>(orientation);
  exif["Exif.Image.Model"] = "Heic Camera";
  exif["Exif.Photo.FocalLengthIn35mmFilm"] = uint16_t{26};
  Exiv2::Blob blob;
  Exiv2::ExifParser::encode(blob, Exiv2::littleEndian, exif);
  return blob;
}

heif_image* HeifImage(const ImageU8& rgb, int bits) {
  heif_image* image = nullptr;
  Check(heif_image_create(rgb.width(),
                          rgb.height(),
                          heif_colorspace_RGB,
                          bits > 8 ? heif_chroma_interleaved_RRGGBB_LE
                                   : heif_chroma_interleaved_RGB,
                          &image));
  Check(heif_image_add_plane(
      image, heif_channel_interleaved, rgb.width(), rgb.height(), bits));
  int stride = 0;
  uint8_t* plane =
      heif_image_get_plane(image, heif_channel_interleaved, &stride);
  for (int y = 0; y < rgb.height(); ++y) {
    uint8_t* row = plane + static_cast<size_t>(y) * stride;
    for (int i = 0; i < rgb.width() * 3; ++i) {
      if (bits == 8) {
        row[i] = rgb.row(y)[i];
        continue;
      }
      const int deep = rgb.row(y)[i] * 1023 / 255;
      row[2 * i] = static_cast<uint8_t>(deep & 255);
      row[2 * i + 1] = static_cast<uint8_t>(deep >> 8);
    }
  }
  return image;
}

}  // namespace

Bytes HeicFile(const ImageU8& rgb, int bits, int orientation) {
  heif_context* context = heif_context_alloc();
  heif_encoder* encoder = nullptr;
  Check(heif_context_get_encoder_for_format(
      context, heif_compression_HEVC, &encoder));
  heif_encoder_set_lossy_quality(encoder, 90);
  heif_image* image = HeifImage(rgb, bits);
  heif_image_handle* handle = nullptr;
  Check(heif_context_encode_image(context, image, encoder, nullptr, &handle));
  const Bytes exif = ExifBlock(orientation);
  Check(heif_context_add_exif_metadata(
      context, handle, exif.data(), static_cast<int>(exif.size())));
  Bytes bytes;
  heif_writer writer{};
  writer.writer_api_version = 1;
  writer.write = [](heif_context*, const void* data, size_t size, void* out) {
    const auto* begin = static_cast<const uint8_t*>(data);
    static_cast<Bytes*>(out)->assign(begin, begin + size);
    return heif_error{heif_error_Ok, heif_suberror_Unspecified, "ok"};
  };
  Check(heif_context_write(context, &writer, &bytes));
  heif_image_handle_release(handle);
  heif_image_release(image);
  heif_encoder_release(encoder);
  heif_context_free(context);
  return bytes;
}

namespace {

Exiv2::Image::AutoPtr Open(const Bytes& file) {
  auto image =
      Exiv2::ImageFactory::open(file.data(), static_cast<long>(file.size()));
  image->readMetadata();
  return image;
}

}  // namespace

Bytes WithTags(const Bytes& file, const Tags& tags) {
  auto image = Open(file);
  for (const auto& [key, value] : tags.exif) {
    const Exiv2::ExifKey exif_key(key);
    auto typed = Exiv2::Value::create(exif_key.defaultTypeId());
    typed->read(value);
    image->exifData().add(exif_key, typed.get());
  }
  if (!tags.thumbnail_jpeg.empty()) {
    Exiv2::ExifThumb(image->exifData())
        .setJpegThumbnail(tags.thumbnail_jpeg.data(),
                          static_cast<long>(tags.thumbnail_jpeg.size()));
  }
  for (const auto& [key, value] : tags.iptc) image->iptcData()[key] = value;
  if (!tags.xmp_packet.empty()) {
    Exiv2::XmpParser::decode(image->xmpData(), tags.xmp_packet);
  }
  image->writeMetadata();
  Exiv2::BasicIo& io = image->io();
  Bytes bytes(io.size());
  io.open();
  io.seek(0, Exiv2::BasicIo::beg);
  io.read(bytes.data(), static_cast<long>(bytes.size()));
  return bytes;
}

std::string TagOf(const Bytes& file, const std::string& key) {
  auto image = Open(file);
  if (key.rfind("Exif.", 0) == 0) {
    const auto found = image->exifData().findKey(Exiv2::ExifKey(key));
    return found == image->exifData().end() ? "-" : found->toString();
  }
  if (key.rfind("Iptc.", 0) == 0) {
    const auto found = image->iptcData().findKey(Exiv2::IptcKey(key));
    return found == image->iptcData().end() ? "-" : found->toString();
  }
  for (const auto& datum : image->xmpData()) {
    if (datum.key() == key) return datum.toString();
  }
  return "-";
}

Bytes ThumbnailOf(const Bytes& file) {
  auto image = Open(file);
  const Exiv2::DataBuf thumb = Exiv2::ExifThumbC(image->exifData()).copy();
  return Bytes(thumb.pData_, thumb.pData_ + thumb.size_);
}

}  // namespace stage::test

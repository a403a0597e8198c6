#pragma once

#include <lcms2.h>

#include <memory>
#include <type_traits>

namespace stage {

struct CloseLcmsProfile {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct DeleteLcmsTransform {
  void operator()(void* transform) const { cmsDeleteTransform(transform); }
};

/// Owning handles of lcms2's objects.
using LcmsProfile =
    std::unique_ptr<std::remove_pointer_t<cmsHPROFILE>, CloseLcmsProfile>;
using LcmsTransform =
    std::unique_ptr<std::remove_pointer_t<cmsHTRANSFORM>, DeleteLcmsTransform>;

/// A profile with sRGB primaries and no tone curve.
LcmsProfile LinearSrgbProfile();

}  // namespace stage

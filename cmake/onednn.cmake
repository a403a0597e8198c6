# STAGE_ONEDNN: whether Winograd's convolutions of oneDNN 2, the library that
# Debian's libtorch computes with, can be called directly; then also the target
# `onednn`. A PyTorch wheel keeps its oneDNN to itself: direct convolutions
# there. The package's own CMake files ask for OpenCL, which is not needed.
option(STAGE_WINOGRAD "Winograd convolutions where oneDNN 2 is installed" ON)
set(STAGE_ONEDNN OFF)
if(NOT STAGE_WINOGRAD OR STAGE_LIBTORCH)
  return()
endif()
find_path(ONEDNN_INCLUDE_DIR oneapi/dnnl/dnnl.hpp)
find_library(ONEDNN_LIBRARY dnnl)
find_package(OpenMP COMPONENTS CXX)
if(NOT ONEDNN_INCLUDE_DIR OR NOT ONEDNN_LIBRARY OR NOT OpenMP_CXX_FOUND)
  message(STATUS "No oneDNN (libdnnl-dev): diffusion on the processor will be slower")
  return()
endif()
file(STRINGS ${ONEDNN_INCLUDE_DIR}/oneapi/dnnl/dnnl_version.h version
     REGEX "define DNNL_VERSION_MAJOR 2")
if(NOT version)
  message(STATUS "oneDNN is not of version 2: diffusion on the processor will be slower")
  return()
endif()
set(STAGE_ONEDNN ON)
add_library(onednn INTERFACE)
target_include_directories(onednn SYSTEM INTERFACE ${ONEDNN_INCLUDE_DIR})
# The number of threads alone is asked for: no need of the compiler's OpenMP.
target_link_libraries(onednn INTERFACE ${ONEDNN_LIBRARY} ${OpenMP_CXX_LIBRARIES})

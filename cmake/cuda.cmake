# STAGE_CUDA_GRAPHS: whether libtorch has CUDA, and the headers that its own for
# CUDA graphs include are there; then also the target `cuda_headers`. They come
# with CUDA's toolkit, or with the wheels that a PyTorch wheel asks for (folders
# nvidia/*/include beside it). Nothing of CUDA's is linked.
option(STAGE_CUDA "CUDA graphs where libtorch has CUDA" ON)
set(STAGE_CUDA_GRAPHS OFF)
find_path(CUDA_RUNTIME_INCLUDE_DIR cuda_runtime_api.h
  PATHS /usr/local/cuda/include $ENV{CUDA_HOME}/include)
if(STAGE_LIBTORCH)
  file(GLOB wheel_cuda_headers ${STAGE_LIBTORCH}/../nvidia/*/include)
  find_library(TORCH_CUDA_LIBRARY torch_cuda PATHS ${STAGE_LIBTORCH}/lib NO_DEFAULT_PATH)
else()
  find_library(TORCH_CUDA_LIBRARY torch_cuda PATHS ${TORCH_INSTALL_PREFIX}/lib)
endif()
if(NOT STAGE_CUDA OR NOT TORCH_CUDA_LIBRARY)
  return()
endif()
set(cuda_header_dirs ${wheel_cuda_headers})
if(CUDA_RUNTIME_INCLUDE_DIR)
  list(APPEND cuda_header_dirs ${CUDA_RUNTIME_INCLUDE_DIR})
endif()
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_INCLUDES ${TORCH_INCLUDE_DIRS} ${cuda_header_dirs})
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)  # no linking
check_cxx_source_compiles(
  "#include <ATen/cuda/CUDAGraph.h>
   #include <c10/cuda/CUDACachingAllocator.h>"
  STAGE_HAS_CUDA_HEADERS)
unset(CMAKE_REQUIRED_INCLUDES)
unset(CMAKE_TRY_COMPILE_TARGET_TYPE)
if(NOT STAGE_HAS_CUDA_HEADERS)
  message(STATUS "No headers of CUDA's runtime: steps are not recorded as CUDA graphs")
  return()
endif()
set(STAGE_CUDA_GRAPHS ON)
add_library(cuda_headers INTERFACE)
target_include_directories(cuda_headers SYSTEM INTERFACE ${cuda_header_dirs})

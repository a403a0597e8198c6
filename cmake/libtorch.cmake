# The target `torch` and TORCH_INCLUDE_DIRS: from an installed libtorch, or from
# the folder of a PyTorch wheel. A wheel's own CMake files ask for the CUDA
# toolkit, which its libraries do not need.
#   python3 -c 'import torch; print(torch.__path__[0])'
# prints that folder.
set(STAGE_LIBTORCH "" CACHE PATH
  "Folder of a PyTorch wheel (.../site-packages/torch); empty: find_package(Torch)")
if(NOT STAGE_LIBTORCH)
  find_package(Torch REQUIRED GLOBAL)
  return()
endif()

if(NOT EXISTS ${STAGE_LIBTORCH}/include/torch/csrc/api/include/torch/torch.h)
  message(FATAL_ERROR "STAGE_LIBTORCH: ${STAGE_LIBTORCH} is not the folder of a "
                      "PyTorch wheel: it has no include/torch")
endif()
set(libraries)
foreach(name c10 c10_cuda torch_cpu torch_cuda torch)
  set(library ${STAGE_LIBTORCH}/lib/lib${name}.so)
  if(EXISTS ${library})
    list(APPEND libraries ${library})
  elseif(NOT name MATCHES cuda)
    message(FATAL_ERROR "STAGE_LIBTORCH: ${library} is missing")
  endif()
endforeach()
# Which of libstdc++'s two strings the wheel was built with.
file(STRINGS ${STAGE_LIBTORCH}/lib/libc10.so new_strings LIMIT_COUNT 1
     REGEX "_ZN3c10.*__cxx11")
if(new_strings)
  set(new_strings 1)
else()
  set(new_strings 0)
endif()

add_library(torch INTERFACE)
set(TORCH_INCLUDE_DIRS
  ${STAGE_LIBTORCH}/include
  ${STAGE_LIBTORCH}/include/torch/csrc/api/include)
target_include_directories(torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
# All that links with it must agree.
target_compile_definitions(stage_flags INTERFACE
  _GLIBCXX_USE_CXX11_ABI=${new_strings})
# CUDA's part registers itself when it is loaded: nothing names it. What it
# needs in turn (cuBLAS, cuDNN) lies in other wheels, where it finds it itself.
target_link_options(torch INTERFACE
  -Wl,--no-as-needed -Wl,--unresolved-symbols=ignore-in-shared-libs
  -Wl,-rpath,${STAGE_LIBTORCH}/lib)
target_link_libraries(torch INTERFACE ${libraries})

# Installation and packaging: see cmake --install and cpack.

"""One thread for each library that computes: there is a worker for each core."""

import cv2
import onnxruntime


class _OneThread(onnxruntime.SessionOptions):  # type: ignore[misc]  # it has no types
    def __init__(self) -> None:
        super().__init__()
        self.intra_op_num_threads = 1


def limit() -> None:
    """Bound what loads afterwards, PyMuPDF with its layout model among it.

    ONNX Runtime and OpenCV take a thread for each core whatever OMP_NUM_THREADS says, and those of
    ONNX Runtime spin while they wait: they cost a third of what reading a page takes.
    """
    onnxruntime.SessionOptions = _OneThread
    cv2.setNumThreads(1)
